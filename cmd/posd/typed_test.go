package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What a seller has half typed goes when the seller is shut out, and not before.
func TestDraftsGoWithTheirSeller(t *testing.T) {
	b := start(t, t.TempDir(), "-demo")
	b.do("seller.login", object{"code": "9", "password": "9999"})
	b.do("seller.set", object{"code": "77", "name": "Дулмаа", "role": "seller", "password": "7777"})
	b.typing(`{"name":"good/new","typed":{"name":"owner's"}}`)
	b.do("seller.login", object{"code": "77", "password": "7777"})
	b.typing(`{"name":"good/new","typed":{"name":"leaver's"}}`)
	b.do("seller.login", object{"code": "9", "password": "9999"})
	kept := func() string {
		text, err := os.ReadFile(filepath.Join(b.dir, typedFile))
		must(t, err)
		return string(text)
	}
	if !strings.Contains(kept(), "leaver's") {
		t.Fatalf("of one who is there is kept %s", kept())
	}
	b.do("seller.set", object{"code": "77", "name": "Дулмаа", "role": "seller", "active": false})
	eventually(t, "what the seller had typed has gone", func() bool { return !strings.Contains(kept(), "leaver's") })
	if !strings.Contains(kept(), "owner's") {
		t.Errorf("of the others is kept %s", kept())
	}
}

// typing hands the till what has been typed.
func (b *box) typing(body string) {
	b.t.Helper()
	if status, text, err := b.request(http.MethodPost, "/api/typed", strings.NewReader(body)); status != http.StatusOK || err != nil {
		b.t.Fatalf("%s: %d %s %v", body, status, text, err)
	}
}
