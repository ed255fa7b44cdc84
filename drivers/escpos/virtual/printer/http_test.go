package printer

import (
	"bytes"
	"encoding/json"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestHTTP(t *testing.T) {
	c := start(t, Options{Width: 384})
	srv := httptest.NewServer(c.p.Handler())
	defer srv.Close()
	call := func(method, path, body string) (int, []byte) {
		t.Helper()
		req, _ := http.NewRequest(method, srv.URL+path, strings.NewReader(body))
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, _ := io.ReadAll(res.Body)
		return res.StatusCode, b
	}
	c.send("1D 76 30 00 01 00 02 00 80 01 1D 56 00 1B 70 00 32 FA 1B 7A")
	c.finish()

	for _, r := range []struct {
		method, path, body string
		code               int
		want               string // the whole body, or its beginning when it ends in …
	}{
		{"GET", "/receipts", "", 200, `{"count":1}`},
		{"GET", "/drawer", "", 200, `{"kicks":1}`},
		{"GET", "/unknown", "", 200, `["1B 7A"]`},
		{"GET", "/status", "", 200, `{"model":"prove","width":384,"connected":true,"printing":true,"buffered":0,…`},
		{"GET", "/receipts/2.png", "", 404, `{"code":"not_found",…`},
		{"GET", "/receipts/x.png", "", 400, `{"code":"query.malformed",…`},
		{"GET", "/receipts/1", "", 400, `{"code":"query.malformed",…`},
		{"GET", "/nothing", "", 404, `{"code":"not_found",…`},
		{"POST", "/fault", `{"kind":"fire"}`, 400, `{"code":"command.malformed",…`},
		{"POST", "/fault", `{"kind":"cover","at_byte":-1}`, 400, `{"code":"command.malformed",…`},
		{"POST", "/fault", `{"kind":"cover","at":1}`, 400, `{"code":"command.malformed",…`},
		{"POST", "/fault", `nonsense`, 400, `{"code":"command.malformed",…`},
		{"POST", "/fault", "", 400, `{"code":"command.malformed",…`},
		{"POST", "/fault", `{"kind":"cover"}`, 200, `{"model":"prove","width":384,"connected":true,"printing":false,…`},
		{"POST", "/cure", "", 200, `{"model":"prove","width":384,"connected":true,"printing":true,…`},
		{"POST", "/fault", `{"kind":"slow","at_byte":1000000}`, 200, `{"model":…`},
	} {
		code, body := call(r.method, r.path, r.body)
		got := strings.TrimSpace(string(body))
		begin, part := strings.CutSuffix(r.want, "…")
		if code != r.code || !(got == r.want || part && strings.HasPrefix(got, begin)) || !json.Valid(body) {
			t.Errorf("%s %s %s: %d %s", r.method, r.path, r.body, code, got)
		}
	}
	for _, path := range []string{"/paper.png", "/receipts/1.png"} {
		code, body := call("GET", path, "")
		img, err := png.Decode(bytes.NewReader(body))
		if code != 200 || err != nil || img.Bounds().Dx() != 384 || img.Bounds().Dy() != 2 {
			t.Fatalf("%s: %d, %v", path, code, err)
		}
		if r, _, _, _ := img.At(0, 0).RGBA(); r != 0 {
			t.Errorf("%s: first dot is not black", path)
		}
		if r, _, _, _ := img.At(1, 0).RGBA(); r == 0 {
			t.Errorf("%s: second dot is black", path)
		}
	}
	if code, body := call("GET", "/bytes", ""); code != 200 || !bytes.HasSuffix(body, unhex(t, done)) {
		t.Errorf("bytes: %d % X", code, body)
	}
	call("POST", "/reset", "")
	if code, body := call("GET", "/paper.png", ""); code != 200 || len(body) == 0 || c.p.Receipts() != 0 {
		t.Errorf("after reset: %d", code)
	}
	if _, body := call("GET", "/unknown", ""); strings.TrimSpace(string(body)) != "[]" {
		t.Errorf("after reset: %s", body)
	}
}
