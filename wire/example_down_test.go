package wire

import (
	"crypto/ed25519"
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"posbox/journal"
)

// exampleRows are the two changes of the worked example: a good, and the same good gone.
func exampleRows() []Row {
	return []Row{{Version: 1, Register: "goods", Code: "1", Body: []byte(`{"code":"1"}`)}, {Version: 2, Gone: true, Register: "goods", Code: "1"}}
}

// TestReadmeDown holds the worked example of what goes down against this program.
func TestReadmeDown(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	const now = 1_790_000_001_000_000
	box, baaz := boxKey(), baazKey().Public().(ed25519.PublicKey)
	request := Request{Method: "GET", Target: "/v1/scopes", Time: now, BAAZ: baaz}
	rows := exampleRows()
	one := Chain(journal.Hash{}, rows[0])
	two := Chain(one, rows[1])
	p := Page{Scope: CompanyScope(7), Head: 2, Time: now, Chain: two, Rows: rows}
	packed := page(t, baazKey(), p)
	scopes := Scopes{Box: journal.BoxOf(box.Public().(ed25519.PublicKey)).String(), Time: now, Scopes: []ScopeState{{CompanyScope(7), 2}, {PointScope(7, 3), 0}}}
	scopes.Sign(baazKey())
	snap := Snapshot{Scope: CompanyScope(7), Version: 1, Chain: one, Hash: one, Size: 41, Raw: 34, Rows: 1, Time: now}
	snap.Sign(baazKey())
	named := request
	named.Box = journal.BoxOf(box.Public().(ed25519.PublicKey))
	for what, value := range map[string]string{
		"row 1": hex.EncodeToString(rows[0].Append(nil)), "row 2": hex.EncodeToString(rows[1].Append(nil)), "chain 1": one.String(), "chain 2": two.String(),
		"signed of the request": hex.EncodeToString(named.message()), "header": request.Sign(box),
		"page head": hex.EncodeToString(packed[:pageHead]), "signed of the page": hex.EncodeToString(p.message()),
		"signed of the scopes": hex.EncodeToString(scopes.message()), "scopes' signature": scopes.Signature,
		"signed of the snapshot": hex.EncodeToString(snap.message()), "snapshot's signature": snap.Signature,
	} {
		if !strings.Contains(flat(string(text)), flat(value)) {
			t.Errorf("README.md does not hold the %s:\n%s", what, value)
		}
	}
}
