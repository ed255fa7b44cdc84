package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"posbox/baaz/web"
)

// post sends JSON and returns the status.
func post(t *testing.T, url string, in, out any) int {
	t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.Post(url, "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(out); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode
}

// ownerLink waits for the link that a first start prints.
func ownerLink(t *testing.T, s *server) string {
	t.Helper()
	select {
	case line := <-s.more:
		link, ok := strings.CutPrefix(line, "baazd: owner link ")
		if !ok || !strings.HasPrefix(link, s.url+"/#link=") {
			t.Fatalf("after it is ready baazd says %q", line)
		}
		return link
	case <-time.After(time.Minute):
		t.Fatal("no owner link")
	}
	return ""
}

// TestOwnerAndTokens: the first start prints a link for the owner; the command line makes others, and tokens.
func TestOwnerAndTokens(t *testing.T) {
	dir := t.TempDir()
	dsn := filepath.Join(dir, "baaz.db")
	s := start(t, dir, dsn)
	_, first, _ := strings.Cut(ownerLink(t, s), "#link=")
	var me web.Me
	if status := post(t, s.url+"/api/links/use", web.LinkAnswer{Link: first, Login: "bold", Name: "Болд", Company: "Номин", Password: "урт нууц үг 7"}, &me); status != 200 {
		t.Fatalf("the link is answered %d", status)
	}
	out := must(t, "token", "-data", dir, "-scope", "read")
	token, ok := strings.CutPrefix(strings.TrimSpace(out), "baazd: token ")
	if !ok {
		t.Fatalf("baazd token says %q", out)
	}
	for path, want := range map[string]int{"/api/me": 200, "/api/companies/0": 404, "/metrics": 200} {
		req, _ := http.NewRequest("GET", s.url+path, nil)
		req.Header.Set("Authorization", "Bearer "+token)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("%s with a token to read: %d", path, resp.StatusCode)
		}
	}
	link := must(t, "owner", "-data", dir, "-public", "https://baaz.example.mn")
	_, again, ok := strings.Cut(strings.TrimSpace(link), "baazd: owner link https://baaz.example.mn/#link=")
	if !ok {
		t.Fatalf("baazd owner says %q", link)
	}
	var view struct {
		CompanyName string `json:"company_name"`
	}
	if status := post(t, s.url+"/api/links/look", web.LinkBody{Link: again}, &view); status != 200 || view.CompanyName != "Номин" {
		t.Errorf("another owner's link: %d, %+v", status, view)
	}
	must(t, "owner", "-data", dir, "-operator")
	must(t, "token", "-data", dir, "-operator", "-scope", "metrics", "-days", "30")
	if _, out := try(t, "owner", "-data", dir, "-company", "Хоёр дахь"); !strings.Contains(out, "made anew: company Хоёр дахь") {
		t.Errorf("an owner of a new company: %s", out)
	}
	for _, bad := range [][]string{{"token", "-data", dir}, {"token", "-data", dir, "-scope", "read"}, {"owner", "-data", dir}, {"owner", "-data", dir, "-operator", "-company", "x"}} {
		if code, out := try(t, bad...); code != exitUsage {
			t.Errorf("baazd %v ends with %d: %s", bad, code, out)
		}
	}
	if code, out := try(t, "token", "-data", dir, "-company", "Номин", "-scope", "everything"); code != exitOther || !strings.Contains(out, "token.scope") || !strings.Contains(out, "are read, change") {
		t.Errorf("a scope that is none: %d %s", code, out)
	}
	s.stop()
	s = start(t, dir, dsn)
	select {
	case line := <-s.more:
		t.Errorf("with an owner a start says %q", line)
	case <-time.After(300 * time.Millisecond):
	}
	s.stop()
}
