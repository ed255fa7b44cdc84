package web_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"posbox/baaz/store"
	"posbox/baaz/web"
	"posbox/baaz/who"
	"posbox/pos/fault"
)

var update = flag.Bool("update", false, "write testdata/access.txt anew: review it like code")

// Homes of the callers. The vendor looks after the first company only.
const (
	ours, theirs, vendorHome = store.Company(11), store.Company(13), store.Company(17)
)

// doorkeeper knows callers by their names.
type doorkeeper map[string]who.Caller

func (d doorkeeper) Session(_ context.Context, secret string) (who.Caller, error) {
	if c, ok := d[secret]; ok && !c.IsToken() {
		return c, nil
	}
	return who.Caller{}, fault.New(fault.LoginNeeded)
}

func (d doorkeeper) Token(_ context.Context, secret string) (who.Caller, error) {
	if c, ok := d[secret]; ok && c.IsToken() {
		return c, nil
	}
	return who.Caller{}, fault.New(fault.TokenUnknown)
}

func (doorkeeper) LooksAfter(_ context.Context, w who.World, home, c store.Company) (bool, error) {
	return w == who.Operator || home == vendorHome && c == ours, nil
}

// everybody makes a caller of every role of every world, at home in our company, in another one, and tokens of every scope.
func everybody() doorkeeper {
	d := doorkeeper{}
	add := func(name string, c who.Caller) {
		c.Key = []byte(name)
		d[name] = c
	}
	for _, r := range who.Roles(who.Company) {
		add("ours "+string(r), who.Caller{World: who.Company, Home: ours, Person: 1, Role: r})
		add("theirs "+string(r), who.Caller{World: who.Company, Home: theirs, Person: 1, Role: r})
	}
	for _, r := range who.Roles(who.Vendor) {
		add("our "+string(r), who.Caller{World: who.Vendor, Home: vendorHome, Person: 1, Role: r})
		add("foreign "+string(r), who.Caller{World: who.Vendor, Home: 19, Person: 1, Role: r})
	}
	for _, r := range who.Roles(who.Operator) {
		add(string(r), who.Caller{World: who.Operator, Home: 0, Person: 1, Role: r})
	}
	for _, s := range who.Scopes() {
		add("ours token "+string(s), who.Caller{World: who.Company, Home: ours, Scopes: []who.Scope{s}})
		add("theirs token "+string(s), who.Caller{World: who.Company, Home: theirs, Scopes: []who.Scope{s}})
		add("our vendor token "+string(s), who.Caller{World: who.Vendor, Home: vendorHome, Scopes: []who.Scope{s}})
		add("operator token "+string(s), who.Caller{World: who.Operator, Scopes: []who.Scope{s}})
	}
	return d
}

var anyParam = regexp.MustCompile(`\{[a-z]+\}`)

// address fills in a path: a company, and for all else a number that is also hex.
func address(path string, c store.Company) string {
	path = strings.ReplaceAll(path, "{company}", fmt.Sprint(c))
	return anyParam.ReplaceAllString(path, "1")
}

// TestAccess tries every route of the table as everybody there is. Who got in is written down in testdata/access.txt,
// which is reviewed like code; a new route is not in it, so it cannot be forgotten. Some rules hold whatever stands there.
func TestAccess(t *testing.T) {
	d := everybody()
	server := httptest.NewServer(web.New(web.Options{Doorkeeper: d, Logger: slog.New(slog.DiscardHandler), StrangerRate: 1e6, PersonRate: 1e6}))
	defer server.Close()
	names := []string{"nobody", "wrong session", "wrong token"}
	for name := range d {
		names = append(names, name)
	}
	slices.Sort(names)
	var got strings.Builder
	for _, rt := range everyRoute() {
		if rt.Open {
			fmt.Fprintf(&got, "%s %s\n\tanybody\n", rt.Method, rt.Path)
			continue
		}
		var in, atHome []string
		for _, name := range names {
			code, status := knock(t, server.URL+address(rt.Path, ours), rt, name, d[name])
			if refused(code) && status != web.Status(code) {
				t.Errorf("%s %s as %s: %d %s", rt.Method, rt.Path, name, status, code)
			}
			if !refused(code) {
				in = append(in, name)
			}
			judge(t, rt, name, d[name], code)
			if code, _ := knock(t, server.URL+address(rt.Path, d[name].Home), rt, name, d[name]); rt.Company && d[name].Home != ours && !refused(code) {
				atHome = append(atHome, name)
			}
		}
		fmt.Fprintf(&got, "%s %s\n\t%s\n", rt.Method, rt.Path, strings.Join(in, ", "))
		if rt.Company {
			fmt.Fprintf(&got, "\tat their own home: %s\n", strings.Join(atHome, ", "))
		}
	}
	const file = "testdata/access.txt"
	if *update {
		if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || got.String() != string(want) {
		t.Errorf("who gets in is not what %s says (-update writes it anew): %v\n%s", file, err, got.String())
	}
}

// everyRoute lists the table; a row that asks for more of some registers stands there once for each of them, too.
func everyRoute() (list []web.RouteInfo) {
	for _, rt := range web.Routes() {
		list = append(list, rt)
		for _, register := range rt.Registers {
			of := rt
			of.Path = strings.ReplaceAll(rt.Path, "{register}", register)
			list = append(list, of)
		}
	}
	return list
}

// refused reports whether somebody was turned away at the door.
func refused(c fault.Code) bool {
	return c == fault.LoginNeeded || c == fault.TokenUnknown || c == fault.AccessDenied || c == fault.CompanyUnknown
}

// knock asks a route as somebody. The request comes through a proxy: from this machine, metrics would answer anybody.
func knock(t *testing.T, url string, rt web.RouteInfo, name string, c who.Caller) (fault.Code, int) {
	t.Helper()
	req, err := http.NewRequest(rt.Method, url, strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Forwarded-For", "192.0.2.7")
	switch {
	case name == "nobody":
	case name == "wrong token" || name != "wrong session" && c.IsToken():
		req.Header.Set("Authorization", "Bearer "+name)
	default:
		req.AddCookie(&http.Cookie{Name: "baaz", Value: name})
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var body web.ErrorBody
	if resp.StatusCode >= 400 {
		if err := json.Unmarshal(text, &body); err != nil || body.Code == "" || body.Text == "" || body.Hint == "" {
			t.Errorf("%s %s as %s: %d %q", rt.Method, rt.Path, name, resp.StatusCode, text)
		}
	}
	return body.Code, resp.StatusCode
}

// judge holds what must never be otherwise, whatever the list says.
func judge(t *testing.T, rt web.RouteInfo, name string, c who.Caller, code fault.Code) {
	t.Helper()
	where := rt.Method + " " + rt.Path + " as " + name
	switch {
	case name == "nobody" || name == "wrong session":
		if code != fault.LoginNeeded {
			t.Errorf("%s: %q", where, code)
		}
	case name == "wrong token":
		if code != fault.TokenUnknown {
			t.Errorf("%s: %q", where, code)
		}
	case rt.Company && (strings.HasPrefix(name, "theirs ") || strings.HasPrefix(name, "foreign ")):
		if code != fault.CompanyUnknown {
			t.Errorf("%s: %q: another company must not be there at all", where, code)
		}
	case c.ReadOnly() && !rt.Reads:
		if code != fault.AccessDenied && code != fault.CompanyUnknown {
			t.Errorf("%s: %q: a read-only token changes something", where, code)
		}
	}
}

// What sells is seen by the company's own people only: neither vendors nor operators have a right that shows it.
func TestSalesStayAtHome(t *testing.T) {
	for name, c := range everybody() {
		if c.World != who.Company && (c.AtHome(who.RightSales) || c.Away(who.RightSales)) || c.Away(who.RightPeople) || c.Away(who.RightRegister) {
			t.Errorf("%s sees what is sold, or rules people elsewhere", name)
		}
	}
}

// Each world has a role that gives the others out, and every role some right.
func TestRoles(t *testing.T) {
	for _, w := range []who.World{who.Company, who.Vendor, who.Operator} {
		if head := who.Head(w); head.World() != w || !(who.Caller{World: w, Person: 1, Role: head}).AtHome(who.RightPeople) {
			t.Errorf("%s: %s cannot let anybody in", w, head)
		}
		for _, r := range who.Roles(w) {
			if r.World() != w || len((who.Caller{World: w, Person: 1, Role: r}).HomeRights()) == 0 {
				t.Errorf("%s is of no use", r)
			}
		}
	}
	if who.Role("nobody").World() != "" || len(who.Scope("nothing").Rights()) != 0 {
		t.Error("an unknown role or scope has rights")
	}
}
