package till

import (
	"regexp"
	"strings"
	"unicode"

	"posbox/pos/event"
	"posbox/pos/fault"
)

var register = regexp.MustCompile(`^([0-9]{7}|[А-ЯЁӨҮ]{2}[0-9]{8}|[0-9]{11,14})$`)

// twins are the Latin capitals that look and sound like a Cyrillic one, so that nobody can have meant another. B, C, E, H,
// P, X and Y look like one letter and sound like another (В or Б?): a till that guesses puts the tax on somebody else.
var twins = strings.NewReplacer("A", "А", "K", "К", "M", "М", "O", "О", "T", "Т")

// ParseRegister reads the number of a business that buys, however it is spaced and in whatever case. Nothing stays
// nothing: a person buys.
func ParseRegister(text string) (event.Register, error) {
	if len(text) > 100 {
		return "", fault.New(fault.RegisterBad, "value", clip(text, 30))
	}
	s := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '-' {
			return -1
		}
		return unicode.ToUpper(r)
	}, text)
	if s = twins.Replace(s); s != "" && !register.MatchString(s) {
		return "", fault.New(fault.RegisterBad, "value", clip(strings.TrimSpace(text), 30))
	}
	return event.Register(s), nil
}
