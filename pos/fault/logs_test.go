package fault

import (
	"strings"
	"testing"
	"unicode"
)

func TestNoted(t *testing.T) {
	for msg, n := range noted {
		if strings.Contains(n.mn, "BAAZ") || strings.IndexFunc(n.mn, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }) < 0 || n.en == "" || !strings.HasSuffix(n.mn, ".") || !strings.HasSuffix(n.en, ".") {
			t.Errorf("%q: %q, %q", msg, n.mn, n.en)
		}
	}
	if got, want := Noted("append failed", "journal.full: The disk is full.", "en"), noted["append failed"].en+" "+Texts[JournalFull].EN; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := Noted("append failed", "disk: broken", "mn"); got != noted["append failed"].mn {
		t.Errorf("an error that is no fault: %q", got)
	}
	if got := Noted("nobody knows this", "", "mn"); got != "" {
		t.Errorf("a message without a line: %q", got)
	}
}
