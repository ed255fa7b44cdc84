package taxpayer_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"posbox/drivers/fiscal/taxpayer"
	"posbox/pos/fiscal"
)

// FuzzBook: whatever stands in a book's file, it opens, and what it tells has a taxpayer number.
func FuzzBook(f *testing.F) {
	f.Add([]byte(`{"1234567":{"tin":"37900846788","name":"А","at":"2026-11-28T12:00:00Z"}}`))
	f.Add([]byte(`{"1234567":{"tin":"1"}}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, text []byte) {
		file := filepath.Join(t.TempDir(), "book")
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		b, _ := taxpayer.OpenBook(file, time.Now)
		if a := b.Look("1234567"); (a.Found == fiscal.FoundKnown) != (len(a.TIN) >= 11) {
			t.Errorf("%+v", a)
		}
	})
}
