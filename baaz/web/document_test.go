package web_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"posbox/baaz/web"
	"posbox/pos/fault"
)

// The document is valid, names each route of the table once, and describes nothing else.
func TestDocument(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromData(web.DocumentJSON())
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(context.Background()); err != nil {
		t.Fatal(err)
	}
	var described, routes []string
	ids := map[string]bool{}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			described = append(described, method+" "+path)
			if ids[op.OperationID] || op.Summary == "" {
				t.Errorf("%s %s: operation id %q stands twice, or no summary", method, path, op.OperationID)
			}
			ids[op.OperationID] = true
			for status, r := range op.Responses.Map() {
				if status == "0" || *r.Value.Description == "" {
					t.Errorf("%s %s: a refusal without a status", method, path)
				}
			}
		}
	}
	for _, rt := range web.Routes() {
		routes = append(routes, rt.Method+" "+rt.Path)
	}
	slices.Sort(routes)
	slices.Sort(described)
	if !slices.Equal(routes, described) {
		t.Errorf("described are %v, routes are %v", described, routes)
	}
}

// ask makes one request to a server without store and people.
func ask(t *testing.T, o web.Options, method, path string, header ...string) (*http.Response, string) {
	t.Helper()
	o.Logger = slog.New(slog.DiscardHandler)
	server := httptest.NewServer(web.New(o))
	defer server.Close()
	req, err := http.NewRequest(method, server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
		if header[i] == "Host" {
			req.Host = header[i+1]
		}
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

// What each answer carries, and what no request gets past.
func TestEveryAnswer(t *testing.T) {
	for _, x := range []struct {
		method, path string
		header       []string
		status       int
		holds        string
	}{
		{"GET", "/api/openapi.json", nil, 200, `"openapi":"3.0.3"`},
		{"GET", "/api/me", nil, 401, string(fault.LoginNeeded)},
		{"POST", "/api/me", nil, 405, string(fault.MethodRefused)},
		{"GET", "/v1/join", nil, 405, string(fault.MethodRefused)},
		{"GET", "/api/../metrics", nil, 404, string(fault.NotFound)},
		{"GET", "/nowhere", nil, 404, string(fault.NotFound)},
		{"GET", "/nowhere", []string{"Posbox-Lang", "mn"}, 404, "Ийм хуудас байхгүй"},
		{"GET", "/nowhere", []string{"Accept-Language", "en-GB"}, 404, "no such"},
		{"POST", "/v1/join", []string{"Sec-Fetch-Site", "cross-site"}, 403, string(fault.RequestOrigin)},
		{"POST", "/v1/join", []string{"Origin", "https://evil.example"}, 403, string(fault.RequestOrigin)},
		{"GET", "/api/health?x=1", nil, 400, string(fault.QueryMalformed)},
		{"GET", "/metrics", nil, 200, "baaz_info"},
		{"GET", "/metrics", []string{"X-Forwarded-For", "192.0.2.1"}, 401, string(fault.LoginNeeded)},
		{"GET", "/metrics", []string{"Host", "evil.example"}, 401, string(fault.LoginNeeded)},
	} {
		resp, body := ask(t, web.Options{Version: "test"}, x.method, x.path, x.header...)
		if resp.StatusCode != x.status || !strings.Contains(body, x.holds) {
			t.Errorf("%s %s %v: %d %.200s; want %d, %s", x.method, x.path, x.header, resp.StatusCode, body, x.status, x.holds)
		}
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
			"Cross-Origin-Resource-Policy": "same-origin", "Strict-Transport-Security": ""} {
			if resp.Header.Get(name) != want {
				t.Errorf("%s %s: %s is %q", x.method, x.path, name, resp.Header.Get(name))
			}
		}
		if csp := resp.Header.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s %s: content policy %q", x.method, x.path, csp)
		}
	}
	resp, _ := ask(t, web.Options{Public: "https://baaz.example.mn"}, "POST", "/v1/join", "Origin", "https://baaz.example.mn", "Sec-Fetch-Site", "same-origin")
	if resp.StatusCode == 403 || resp.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("BAAZ's own public pages are refused, or not held to TLS: %d", resp.StatusCode)
	}
}

// Whatever a body holds, it is either of exactly the described fields or refused.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"name":"Талх","role":"owner"}`))
	f.Add([]byte(`{"name":"\u0000"}`))
	f.Add([]byte(`{"name":1} {}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var into struct {
			Name string `json:"name"`
			Role string `json:"role"`
		}
		err := web.Decode(body, &into)
		if err == nil && strings.ContainsRune(into.Name+into.Role, 0) {
			t.Errorf("%q was read as %q", body, into)
		}
		if err != nil && fault.CodeOf(err) != fault.RequestMalformed {
			t.Errorf("%q: %v", body, err)
		}
	})
}
