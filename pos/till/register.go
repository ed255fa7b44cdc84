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

var consumer = regexp.MustCompile(`^[0-9]{8}$`)

// ParseConsumer reads a person's number at the tax office, however it is spaced; nothing stays nothing. Telephone numbers have
// as many digits and cannot be told from it.
func ParseConsumer(text string) (string, error) {
	if len(text) > 100 {
		return "", fault.New(fault.ConsumerBad, "value", clip(text, 30))
	}
	s := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '-' {
			return -1
		}
		return r
	}, text)
	if s != "" && !consumer.MatchString(s) {
		return "", fault.New(fault.ConsumerBad, "value", clip(strings.TrimSpace(text), 30))
	}
	return s, nil
}

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
