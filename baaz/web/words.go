package web

import (
	"strings"

	"posbox/baaz/registers"
	"posbox/pos/fault"
	"posbox/web"
)

// speaker says things as the app's pages call them, in a language.
type speaker struct{ lang string }

// of is a code's word under a prefix: of("tender.", "card"). A code without one stands for itself, as on the pages.
func (s speaker) of(prefix, code string) string {
	if word, ok := web.Words(s.lang)[prefix+code]; ok {
		return word
	}
	return code
}

// each says codes that stand in one text, with what is between them as it should be.
func (s speaker) each(prefix, codes, between, said string) string {
	list := strings.Split(codes, between)
	for i, code := range list {
		list[i] = s.of(prefix, code)
	}
	return strings.Join(list, said)
}

// register is what a register is called, "" of none.
func (s speaker) register(name string) string {
	if name == "" {
		return ""
	}
	return s.of("register.", name)
}

// scope is where a row holds.
func (s speaker) scope(scope string) string {
	if scope == "" {
		return ""
	}
	_, rest, found := strings.Cut(scope, ".")
	if !found {
		return s.of("scope.", "company")
	}
	level, name, _ := strings.Cut(rest, ".")
	return s.of("scope.", level) + " " + name
}

// deed says what was done, and more of it. A register's is told beside the register.
func (s speaker) deed(d DeedView) (done, more string) {
	switch {
	case d.Action == "register.set":
		return s.of("deed.set.", d.Detail), strings.ReplaceAll(s.of("", "many.rows"), "{count}", number(int64(d.Rows)))
	case d.Register != "" && d.After == nil:
		return s.of("deed.", "removed"), d.Detail
	case d.Register != "" && d.Before == nil:
		return s.of("deed.", "added"), d.Detail
	case d.Register != "":
		return s.of("deed.", "changed"), d.Detail
	case d.Action == "person.invited" || d.Action == "person.changed":
		more = s.each("role.", d.Detail, " → ", " → ")
	case strings.HasPrefix(d.Action, "token."):
		more = s.each("scope.name.", d.Detail, " ", ", ")
	default:
		more = d.Detail
	}
	return s.of("deed.", d.Action), more
}

// either picks a text by its language.
func either(lang, mn, en string) string {
	if lang == "en" {
		return en
	}
	return mn
}

// inWords says a fault to people of the office: registers and fields as they are called there.
func inWords(f *fault.Error, lang string) (text, hint string) {
	return registers.Named(f, lang).Say(lang)
}
