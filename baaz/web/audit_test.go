package web_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"posbox/baaz/store/storetest"
	"posbox/baaz/web"
)

// TestAudit: what was changed in registers stands in the audit between what was done with people, with the row before
// and after; it is found by person, subject and day, read page by page without a gap, and taken away as a file.
func TestAudit(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		c := newCentre(t, dsn)
		owner, me := c.owner()
		home := companyPath(me.Home)
		seller := func(version uint64, role, password string) {
			owner.must("POST", home+"/registers/sellers", json.RawMessage(`{"changes":[{"code":"3","version":`+strconv.FormatUint(version, 10)+`,"merge":true,"body":{"name":"Сараа","role":"`+role+`","password":"`+password+`"}}]}`), nil)
		}
		seller(0, "seller", "4321")
		var now struct {
			Rows []struct {
				Version uint64 `json:"version"`
			} `json:"rows"`
		}
		owner.must("GET", home+"/registers/sellers", nil, &now)
		seller(now.Rows[0].Version, "owner", "8765")
		owner.must("POST", home+"/people", web.PersonBody{Name: "Нямаа", Role: "clerk"}, nil)
		var all web.AuditAnswer
		owner.must("GET", home+"/audit?about=register&limit=1", nil, &all)
		last := all.Audit[0]
		if last.Register != "sellers" || last.Subject != "3" || last.Who != "Болд" || !strings.Contains(string(last.Before), `"role":"seller"`) || !strings.Contains(string(last.After), `"role":"owner"`) {
			t.Errorf("the newest change of a register is %+v", last)
		}
		if all.Next == 0 {
			t.Error("there is nothing behind the newest")
		}
		var whole, paged web.AuditAnswer
		owner.must("GET", home+"/audit", nil, &whole)
		for before := int64(0); ; before = paged.Next {
			var page web.AuditAnswer
			owner.must("GET", home+"/audit?limit=1&before="+strconv.FormatInt(before, 10), nil, &page)
			paged.Audit, paged.Next = append(paged.Audit, page.Audit...), page.Next
			if page.Next == 0 {
				break
			}
		}
		text := func(a web.AuditAnswer) string { b, _ := json.Marshal(a.Audit); return string(b) }
		if text(whole) != text(paged) || len(whole.Audit) < 4 {
			t.Errorf("page by page it is\n%s\nand at once\n%s", text(paged), text(whole))
		}
		if strings.Contains(text(whole), "argon2") || strings.Contains(text(whole), "8765") {
			t.Error("the audit tells passwords")
		}
		for query, want := range map[string]int{"?about=person": 1, "?who=nobody": 0, "?about=person&to=2020-01-01": 0, "?about=per%25": 0, "?about=token": 0} {
			var some web.AuditAnswer
			owner.must("GET", home+"/audit"+query, nil, &some)
			if len(some.Audit) != want {
				t.Errorf("%s finds %d of %d", query, len(some.Audit), want)
			}
		}
		if status, _ := owner.ask("GET", home+"/audit?from=2026-01-02&to=2026-01-01", nil, nil); status != http.StatusBadRequest {
			t.Errorf("days the wrong way round: %d", status)
		}
		resp, err := owner.http.Get(c.url + home + "/audit/file?format=csv")
		if err != nil {
			t.Fatal(err)
		}
		file, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if lines := strings.Count(string(file), "\n"); lines != len(whole.Audit)+1 || !strings.Contains(string(file), "Нямаа") {
			t.Errorf("the file has %d lines:\n%s", lines, file)
		}
		if strings.Contains(string(file), "person.invited") || strings.Contains(string(file), "register.") || !strings.Contains(string(file), "Урьсан") {
			t.Errorf("the file tells deeds by their codes:\n%s", file)
		}
	})
}
