package web_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"posbox/baaz/store"
	"posbox/baaz/store/storetest"
	"posbox/baaz/web"
	"posbox/baaz/who"
)

// A vendor's people see the tills of the companies that they look after and of no other, page by page; an image comes as it
// lies there.
func TestFleetAndDownloads(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		s := storetest.Open(t, dsn)
		d := everybody()
		vendor := store.Company(0)
		write := storetest.Writer(t, s)
		write(func(tx *store.Tx) (err error) {
			vendor, err = tx.AddHome(store.CompanyRow{Name: "Тех", World: store.WorldVendor, Created: 1})
			return err
		})
		for _, of := range []store.Company{vendor, vendor, 0} {
			write(func(tx *store.Tx) error {
				c, err := tx.AddHome(store.CompanyRow{Name: "Дэлгүүр", World: store.WorldCompany, Vendor: of, Created: 1})
				if err != nil {
					return err
				}
				_, err = tx.AddPoint(c, "1", 1)
				return err
			})
		}
		d["technician"] = who.Caller{World: who.Vendor, Home: vendor, Person: 1, Role: who.VendorTechnician, Key: []byte("t")}
		dir := t.TempDir()
		for name, text := range map[string]string{"pc.img": "0123456789", "pc.img.manifest.json": `[{"path":"image","sha256":"` + strings.Repeat("a", 64) + `","size":10,"version":"7","station":"pc"}]`, "key": "no"} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		server := httptest.NewServer(web.New(web.Options{Store: s, Doorkeeper: d, Downloads: dir, Logger: slog.New(slog.DiscardHandler), StrangerRate: 1e6, PersonRate: 1e6}))
		t.Cleanup(server.Close)
		b := (&centre{t: t, url: server.URL, store: s}).browser()
		ask := func(path, part string) (int, string) {
			req, _ := http.NewRequest("GET", server.URL+path, nil)
			req.AddCookie(&http.Cookie{Name: "baaz", Value: "technician"})
			if part != "" {
				req.Header.Set("Range", part)
			}
			resp, err := b.http.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			text, _ := io.ReadAll(resp.Body)
			return resp.StatusCode, string(text)
		}
		page := func(query string) (a web.FleetAnswer) {
			t.Helper()
			status, text := ask("/api/boxes?"+query, "")
			if err := json.Unmarshal([]byte(text), &a); status != 200 || err != nil {
				t.Fatalf("%s: %d %s", query, status, text)
			}
			return a
		}
		if a := page(""); len(a.Tills) != 2 || a.Next != "" || a.Found != 2 || a.States[store.FleetNone] != 2 || a.Tills[0].Name != "Дэлгүүр" || a.Tills[0].Point.Name != "1" || a.Tills[0].Box != nil {
			t.Errorf("a vendor's tills: %+v", a)
		}
		first := page("limit=1&sort=company")
		if len(first.Tills) != 1 || first.Next == "" {
			t.Fatalf("a page: %+v", first)
		}
		if next := page("limit=1&sort=company&after=" + first.Next); len(next.Tills) != 1 || next.Next != "" || next.Tills[0].Company == first.Tills[0].Company {
			t.Errorf("the page after it: %+v", next)
		}
		for query, found := range map[string]int{"find=%D0%B4%D1%8D%D0%BB": 2, "find=nobody": 0, "state=none": 2, "state=online": 0, "version=7": 0, "version=": 2} {
			if a := page(query); len(a.Tills) != found || a.Found != int64(found) {
				t.Errorf("%s finds %d", query, len(a.Tills))
			}
		}
		for _, bad := range []string{"state=x", "sort=x", "after=x", "after=e30", "limit=0"} {
			if status, text := ask("/api/boxes?"+bad, ""); status != http.StatusBadRequest {
				t.Errorf("%s: %d %s", bad, status, text)
			}
		}
		if status, text := ask("/api/downloads", ""); status != 200 || !strings.Contains(text, `"file":"pc.img"`) || strings.Contains(text, "key") {
			t.Errorf("%d %s", status, text)
		}
		for _, x := range []struct {
			path, part, want string
			status           int
		}{{"/api/downloads/pc.img", "", "0123456789", 200}, {"/api/downloads/pc.img", "bytes=4-6", "456", 206}, {"/api/downloads/key", "", "", 404}, {"/api/downloads/..%2Fkey", "", "", 404}} {
			if status, text := ask(x.path, x.part); status != x.status || x.want != "" && text != x.want {
				t.Errorf("%s %s: %d %q", x.path, x.part, status, text)
			}
		}
	})
}
