package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// soldFolder is the data folder of a till that has sold and was stopped.
func soldFolder(t *testing.T) string {
	b := start(t, t.TempDir(), "-demo")
	b.open()
	for range 30 {
		b.do("line.scan", object{"code": "1001"})
		b.do("pay", object{"tenders": []object{{"kind": "cash", "amount": "5000"}}})
	}
	b.do("line.scan", object{"code": "1002"})
	if code := b.stop(); code != 0 {
		t.Fatal(code, b.log)
	}
	return b.dir
}

// copyFolder copies a data folder.
func copyFolder(t *testing.T, from string) string {
	t.Helper()
	to := t.TempDir()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return to
}

// TestDamagedJournal scribbles on the journal and starts the till. It must live: either it sells, because the damage
// lies where nothing is, or it serves its screen, says journal.damaged and leaves the file as it is.
func TestDamagedJournal(t *testing.T) {
	sold := soldFolder(t)
	file := filepath.Join("journal", "000001.db")
	whole, err := os.ReadFile(filepath.Join(sold, file))
	if err != nil {
		t.Fatal(err)
	}
	used := len(bytes.TrimRight(whole, "\x00")) // the rest is room to grow
	rounds := rounds(12, 60, 1000)
	rng := seeded(t)
	refused, sells := 0, 0
	for round := range rounds {
		broken := bytes.Clone(whole)
		switch page := rng.IntN(used/4096+1) * 4096; rng.IntN(4) {
		case 0:
			broken = broken[:rng.IntN(used)]
		case 1:
			for i := page; i < min(page+4096, len(broken)); i++ {
				broken[i] = byte(rng.Uint32())
			}
		case 2:
			clear(broken[page:min(page+4096, len(broken))])
		case 3:
			for range 1 + rng.IntN(20) {
				broken[rng.IntN(used)] ^= 1 << rng.IntN(8)
			}
		}
		dir := copyFolder(t, sold)
		if err := os.WriteFile(filepath.Join(dir, file), broken, 0o600); err != nil {
			t.Fatal(err)
		}
		b := launch(t, dir, "-demo")
		line := b.firstLine()
		if strings.HasPrefix(line, "posd: till ready") {
			sells++
			// Whatever it does now, it must stay alive and answer.
			for _, c := range []string{"line.scan", "pay", "shift.close"} {
				if _, _, err := b.send(uuid(), c, object{"code": "1001", "tenders": []object{{"kind": "cash", "amount": "900000"}}}); err != nil {
					t.Fatalf("round %d: %s: %v\n%s", round, c, err, b.log)
				}
			}
			for _, path := range []string{"/api/receipts", "/api/journal", "/api/state", "/api/reports/z/1"} {
				if _, _, err := b.request(http.MethodGet, path, nil); err != nil {
					t.Fatalf("round %d: %s: %v\n%s", round, path, err, b.log)
				}
			}
		} else {
			refused++
			b.checkDamaged(file, broken)
		}
		if code := b.stop(); code != 0 {
			t.Fatalf("round %d: ended with %d\n%s", round, code, b.log)
		}
	}
	t.Logf("%d refused to sell, %d had the damage where nothing is read or found it later", refused, sells)
	if refused == 0 {
		t.Error("no damage was noticed")
	}
}

// checkDamaged demands that a till with a damaged journal tells it everywhere and touches nothing.
func (b *box) checkDamaged(file string, broken []byte) {
	b.t.Helper()
	status, text, err := b.request(http.MethodGet, "/api/health", nil)
	var h object
	if err != nil || status != http.StatusServiceUnavailable || json.Unmarshal(text, &h) != nil || h["code"] != "journal.damaged" || h["selling"] != false {
		b.t.Fatalf("health: %d %s %v", status, text, err)
	}
	if status, _, err := b.request(http.MethodGet, "/api/state", nil); err != nil || status != http.StatusOK {
		b.t.Fatalf("the screen is not served: %d %v", status, err)
	}
	if status, a, _ := b.send(uuid(), "seller.login", object{"code": "1", "password": "1111"}); status != http.StatusServiceUnavailable || a["code"] != "journal.damaged" {
		b.t.Fatalf("a command was answered with %d %v", status, a)
	}
	if now, err := os.ReadFile(filepath.Join(b.dir, file)); err != nil || !bytes.Equal(now, broken) {
		b.t.Fatal("the damaged file was changed", err)
	}
	var out bytes.Buffer
	if code := runCheck(b.t.Context(), []string{"-json", b.dir}, &out, io.Discard); code != checkDamaged {
		b.t.Fatalf("check says %d\n%s", code, &out)
	}
	var c checked
	if err := json.Unmarshal(out.Bytes(), &c); err != nil || len(c.Findings) == 0 || c.Findings[0].File == "" {
		b.t.Fatalf("check found %s %v", &out, err)
	}
}

// TestLostFiles: whatever is missing is noticed, and never taken for a new till.
func TestLostFiles(t *testing.T) {
	sold := soldFolder(t)
	for _, gone := range []string{"journal/000001.db", "journal", "box.key"} {
		dir := copyFolder(t, sold)
		if err := os.RemoveAll(filepath.Join(dir, gone)); err != nil {
			t.Fatal(err)
		}
		b := launch(t, dir, "-demo")
		if line := b.firstLine(); !strings.HasPrefix(line, "posd: cannot sell") {
			t.Errorf("without %s: %q", gone, line)
		}
		b.stop()
	}
	// What can be made again is made again.
	dir := copyFolder(t, sold)
	for _, gone := range []string{"kiosk.token", "kiosk.boot", "catalog.db", "journal/HEAD"} {
		if err := os.Remove(filepath.Join(dir, gone)); err != nil {
			t.Fatal(err)
		}
	}
	b := start(t, dir, "-demo")
	if got := total(b.state()); got != "2300.00" {
		t.Errorf("the open basket came back as %q", got)
	}
}
