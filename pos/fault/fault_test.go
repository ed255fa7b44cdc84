package fault_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"posbox/pos/fault"
)

func TestSay(t *testing.T) {
	e := fault.New(fault.PaymentShort, "missing", "1500.00")
	for _, c := range []struct{ lang, text, hint string }{
		{"mn", "1500.00 ₮ дутуу байна.", "Үлдсэн дүнг оруулна уу."},
		{"en", "1500.00 ₮ are missing.", "Enter the rest."},
		{"", "1500.00 ₮ дутуу байна.", "Үлдсэн дүнг оруулна уу."},
		{"fr", "1500.00 ₮ дутуу байна.", "Үлдсэн дүнг оруулна уу."},
	} {
		if text, hint := e.Say(c.lang); text != c.text || hint != c.hint {
			t.Errorf("in %q it says %q, %q", c.lang, text, hint)
		}
	}
	if text, hint := fault.New("no.such").Say("mn"); text != "no.such" || hint != "" {
		t.Errorf("an unknown code says %q, %q", text, hint)
	}
}

// Every text, given what it needs, leaves no bracket on the screen.
func TestSayFillsEverything(t *testing.T) {
	for code, text := range fault.Texts {
		var args []string
		for name := range needs(text.MN + text.HintMN + text.EN + text.HintEN) {
			args = append(args, name, "×")
		}
		for _, lang := range []string{"mn", "en"} {
			if said, hint := fault.New(code, args...).Say(lang); strings.ContainsAny(said+hint, "{}") || said == "" || hint == "" {
				t.Errorf("%s in %s: %q, %q", code, lang, said, hint)
			}
		}
	}
}

func TestSeverity(t *testing.T) {
	for code, want := range map[fault.Code]fault.Severity{
		fault.JournalFull: fault.Blocking, fault.PaymentShort: fault.Warning, fault.PrintIdle: fault.Notice, "no.such": fault.Warning,
	} {
		if got := fault.New(code).Severity(); got != want {
			t.Errorf("%s is %s, want %s", code, got, want)
		}
	}
}

func TestChain(t *testing.T) {
	e := fault.Wrap(io.ErrUnexpectedEOF, fault.JournalFailed)
	wrapped := fmt.Errorf("append: %w", e)
	if !errors.Is(wrapped, io.ErrUnexpectedEOF) || !errors.Is(wrapped, fault.New(fault.JournalFailed)) {
		t.Errorf("%v hides its code or its cause", wrapped)
	}
	if errors.Is(wrapped, fault.New(fault.JournalFull)) {
		t.Errorf("%v is taken for another code", wrapped)
	}
	if fault.Of(wrapped) != e || fault.CodeOf(wrapped) != fault.JournalFailed {
		t.Errorf("Of and CodeOf do not find the fault in %v", wrapped)
	}
	if f := fault.Of(io.EOF); f.Code != fault.Internal || !errors.Is(f, io.EOF) {
		t.Errorf("any other error becomes %v", f)
	}
	if got := fault.CodeOf(nil); got != "" {
		t.Errorf("no error has the code %q", got)
	}
	if s := e.Error(); !strings.Contains(s, "journal.failed") || !strings.Contains(s, io.ErrUnexpectedEOF.Error()) {
		t.Errorf("the log says %q", s)
	}
	if text, hint := e.Say("en"); strings.Contains(text+hint, io.ErrUnexpectedEOF.Error()) {
		t.Errorf("the screen shows the cause: %q", text)
	}
}

func TestOddArgs(t *testing.T) {
	if e := fault.New(fault.PaymentShort, "missing"); len(e.Args) != 0 {
		t.Errorf("a name without a value became %v", e.Args)
	}
}
