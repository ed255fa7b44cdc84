package main

import (
	"bytes"
	"encoding/json"
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
	b.typing("good/new", uuid(), object{"name": "owner's"})
	b.do("seller.login", object{"code": "77", "password": "7777"})
	b.typing("good/new", uuid(), object{"name": "leaver's"})
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

// What was done goes also where the till was ended before it could let it go.
func TestDraftsGoOnceDone(t *testing.T) {
	b := start(t, t.TempDir(), "-demo")
	b.open()
	id := uuid()
	b.typing("cash.out/9", id, object{"amount": "50000"})
	file := filepath.Join(b.dir, typedFile)
	before, err := os.ReadFile(file)
	must(t, err)
	if status, answer, err := b.send(id, "cash.out", object{"amount": "50000", "reason": "Инкассаци"}); status != http.StatusOK || err != nil {
		t.Fatal(status, answer, err)
	}
	eventually(t, "it has gone", func() bool {
		text, err := os.ReadFile(file)
		return err == nil && !strings.Contains(string(text), id)
	})
	b.kill()
	must(t, os.WriteFile(file, before, 0o600))
	b = b.restart()
	if left := b.drafts(); len(left) != 0 {
		t.Errorf("half typed is %v", left)
	}
	eventually(t, "it has gone for good", func() bool {
		text, err := os.ReadFile(file)
		return err == nil && !strings.Contains(string(text), id)
	})
}

// typing hands the till what has been typed.
func (b *box) typing(name, id string, typed object) {
	b.t.Helper()
	body, err := json.Marshal(object{"name": name, "id": id, "typed": typed})
	if err != nil {
		b.t.Fatal(err)
	}
	if status, text, err := b.request(http.MethodPost, "/api/typed", bytes.NewReader(body)); status != http.StatusOK || err != nil {
		b.t.Fatalf("%s: %d %s %v", body, status, text, err)
	}
}
