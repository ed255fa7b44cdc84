// Package fault gives every error that leaves posbox a stable code, a sentence for the person and the next step.
//
// Codes are append-only: screens, tests and BAAZ know them. The texts of all codes stand in one table, texts.go, in
// Mongolian and English. The cause goes to the log, never to the screen.
package fault

import (
	"errors"
	"maps"
	"slices"
	"strings"
)

// Code is the stable name of one thing that can go wrong: subject, dot, what is wrong.
type Code string

// Severity says how loudly a screen must speak.
type Severity string

// Severities, from look.md: red blocks, amber warns, grey informs.
const (
	Blocking Severity = "blocking"
	Warning  Severity = "warning"
	Notice   Severity = "notice"
)

// Error is a fault with what its sentence needs.
type Error struct {
	Code  Code
	Args  map[string]string // values for the {names} in the sentence and hint
	Cause error             // for the log only
}

// New makes a fault; args are name, value, name, value.
func New(code Code, args ...string) *Error { return Wrap(nil, code, args...) }

// Wrap makes a fault with a cause.
func Wrap(cause error, code Code, args ...string) *Error {
	e := &Error{Code: code, Cause: cause}
	if len(args) > 0 {
		e.Args = make(map[string]string, len(args)/2)
		for i := 0; i+1 < len(args); i += 2 {
			e.Args[args[i]] = args[i+1]
		}
	}
	return e
}

// Error is for logs: code, English sentence, cause.
func (e *Error) Error() string {
	text, _ := e.Say("en")
	s := string(e.Code) + ": " + text
	if e.Cause != nil {
		s += ": " + e.Cause.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Is makes errors.Is(err, fault.New(code)) compare codes.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// Say returns the sentence and the next step in lang, "mn" or "en"; anything else is taken for "mn".
func (e *Error) Say(lang string) (text, hint string) {
	t, ok := Texts[e.Code]
	if !ok {
		return string(e.Code), ""
	}
	if lang == "en" {
		return e.fill(t.EN, e.inEnglish), e.fill(t.HintEN, e.inEnglish)
	}
	return e.fill(t.MN, e.inMongolian), e.fill(t.HintMN, e.inMongolian)
}

// Arg says one of the fault's values in a language, "" where it has none of that name.
func (e *Error) Arg(lang, name string) string {
	if lang != "en" {
		return e.inMongolian(name, e.Args[name])
	}
	return e.inEnglish(name, e.Args[name])
}

// Severity returns how loudly the fault must be shown.
func (e *Error) Severity() Severity {
	if t, ok := Texts[e.Code]; ok && t.Severity != "" {
		return t.Severity
	}
	return Warning
}

// fill puts the values in, in one pass: a value that looks like a placeholder stays what it is.
func (e *Error) fill(s string, say func(name, value string) string) string {
	pairs := make([]string, 0, 2*len(e.Args))
	for k, v := range e.Args {
		if strings.Contains(s, "{"+k+"}") {
			pairs = append(pairs, "{"+k+"}", say(k, v))
		}
	}
	return strings.NewReplacer(pairs...).Replace(s)
}

// Of returns the fault in err's chain. An error that is none becomes Internal, with err as its cause.
func Of(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return Wrap(err, Internal)
}

// CodeOf returns the code of the fault in err's chain, "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	return Of(err).Code
}

// Codes lists every code, sorted.
func Codes() []Code {
	return slices.Sorted(maps.Keys(Texts))
}
