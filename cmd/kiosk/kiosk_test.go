package main

import (
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"posbox/gokrazy/box"
)

func TestBackoff(t *testing.T) {
	b := backoff{first: 100 * time.Millisecond, longest: time.Second, healthy: time.Minute}
	for i, c := range []struct{ ran, want time.Duration }{
		{0, 100 * time.Millisecond}, {time.Second, 200 * time.Millisecond}, {0, 400 * time.Millisecond}, {0, 800 * time.Millisecond},
		{59 * time.Second, time.Second}, {0, time.Second}, {time.Minute, 100 * time.Millisecond}, {0, 200 * time.Millisecond},
	} {
		if got := b.after(c.ran); got != c.want {
			t.Errorf("end %d, after %v: waits %v, not %v", i, c.ran, got, c.want)
		}
	}
}

func TestStateFile(t *testing.T) {
	dir := t.TempDir()
	now := time.Date(2026, 11, 28, 1, 0, 0, 0, time.UTC)
	f := &stateFile{path: filepath.Join(dir, box.ScreenFile), url: "http://127.0.0.1:8080/", now: func() time.Time { return now }}
	read := func() (s box.Screen) {
		t.Helper()
		if err := box.Get(dir, box.ScreenFile, &s); err != nil {
			t.Fatal(err)
		}
		return s
	}
	f.set(box.ScreenPainted, "")
	now = now.Add(time.Hour)
	f.set(box.ScreenPainted, "")
	if s := read(); s.State != box.ScreenPainted || s.URL != f.url || !s.Since.Equal(now.Add(-time.Hour)) {
		t.Errorf("%+v", s)
	}
	f.set(box.ScreenTrouble, "one")
	began := now
	now = now.Add(time.Hour)
	f.set(box.ScreenTrouble, "two")
	if s := read(); s.Detail != "two" || !s.Since.Equal(began) {
		t.Errorf("trouble that goes on began anew: %+v", s)
	}
}

func TestPolicy(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "policies", "managed")
	if err := writePolicy(dir, "http://127.0.0.1:8080/"); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(dir, "kiosk.json"))
	if err != nil {
		t.Fatal(err)
	}
	var p map[string]any
	if err := json.Unmarshal(b, &p); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"URLBlocklist": `["*"]`, "URLAllowlist": `["http://127.0.0.1:8080","data:*"]`, "DeveloperToolsAvailability": "2",
		"AllowFileSelectionDialogs": "false", "DownloadRestrictions": "3", "PrintingEnabled": "false", "PasswordManagerEnabled": "false", "TranslateEnabled": "false",
	} {
		if got, _ := json.Marshal(p[name]); string(got) != want {
			t.Errorf("%s is %s, not %s", name, got, want)
		}
	}
}

func TestCommandLine(t *testing.T) {
	o, err := parse(nil)
	if err != nil || o.url != "http://127.0.0.1:8080/" || o.state != filepath.Join(box.Run, box.ScreenFile) || o.token != filepath.Join(box.Run, box.TokenFile) {
		t.Errorf("%+v %v", o, err)
	}
	for _, bad := range []string{"https://127.0.0.1:8080/", "http://example.com/", "http://127.0.0.1:8080/x", "http://127.0.0.1:8080/?a=b", "http://127.0.0.1:8080", "%"} {
		if _, err := parse([]string{"-url", bad}); err == nil {
			t.Errorf("%s was accepted", bad)
		}
	}
}

// TestBrowserArguments: no open port, no token, the sandbox on.
func TestBrowserArguments(t *testing.T) {
	b := &browser{file: chromium, home: browserHome}
	args := b.arguments(roleTill)
	line := strings.Join(args, " ")
	for _, want := range []string{"--kiosk", "--app=data:", "--disable-pinch", "--optimization-guide-performance-class=2", "--ozone-platform=wayland", "--user-data-dir=" + browserHome} {
		if !strings.Contains(line, want) {
			t.Errorf("no %s in %s", want, line)
		}
	}
	for _, never := range []string{"no-sandbox", "debugging-port", "token", "disable-setuid", "127.0.0.1"} {
		if strings.Contains(line, never) {
			t.Errorf("%s in %s", never, line)
		}
	}
	if roleOf(firstPage(roleTill)) != roleTill || roleOf(firstPage(roleBuyer)) != roleBuyer || roleOf("http://127.0.0.1:8080/") != "" {
		t.Error("a window does not know its role")
	}
}

// TestOwnPages: readable, Mongolian first, and nothing that leads anywhere.
func TestOwnPages(t *testing.T) {
	for _, w := range []words{starting, away} {
		text, err := url.PathUnescape(strings.TrimPrefix(w.page(roleTill), "data:text/html;charset=utf-8,"))
		if err != nil {
			t.Fatal(err)
		}
		mn, en := strings.Index(text, w.mn), strings.Index(text, w.en)
		if mn < 0 || en < mn || roleOf(w.page(roleBuyer)) != roleBuyer {
			t.Errorf("%s: %s", w.title, text)
		}
		for _, never := range []string{"<a", "href", "http", "<script"} {
			if strings.Contains(text, never) {
				t.Errorf("%s has %s", w.title, never)
			}
		}
	}
}

func TestAway(t *testing.T) {
	at := func(s int) time.Time { return time.Unix(int64(1000+s), 0) }
	p := &till{url: "http://127.0.0.1:1/", patience: 5 * time.Second}
	w := &window{till: p}
	want := func(s int, shows string) {
		t.Helper()
		if got := w.wanted(at(s)); got != shows {
			t.Errorf("after %d s: %s, not %s", s, got, shows)
		}
	}
	p.note(false, at(0))
	want(100, "starting") // never there: no trouble yet
	p.note(true, at(100))
	want(100, "till")
	p.note(false, at(102))
	want(105, "till") // a till that only starts again does not lose its page
	want(106, "away")
	p.note(true, at(107))
	want(107, "till")
}

// TestStands: the till's page counts as painted once keys come to it, or where none come for long; the buyer's at once.
func TestStands(t *testing.T) {
	at := func(s int) time.Time { return time.Unix(int64(1000+s), 0) }
	long := int(keysLimit/time.Second) + 1
	type look struct {
		after int
		keys  bool
		want  bool
	}
	for name, c := range map[string]struct {
		role  string
		looks []look
	}{
		"keys at once":         {roleTill, []look{{0, true, true}, {1, false, true}}},
		"keys later":           {roleTill, []look{{0, false, false}, {3, false, false}, {4, true, true}}},
		"no keyboard":          {roleTill, []look{{0, false, false}, {long, false, true}}},
		"for the buyer's eyes": {roleBuyer, []look{{0, false, true}}},
	} {
		w := &window{role: c.role}
		for _, l := range c.looks {
			if w.stands(l.keys, at(l.after)); w.painted != l.want {
				t.Errorf("%s: after %d s painted is %t", name, l.after, w.painted)
			}
		}
	}
}

// TestAccounts: numbers are the userland's.
func TestAccounts(t *testing.T) {
	passwd, err := os.ReadFile("../../image/userland.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{`"compositor:x:998:`, `"kiosk:x:1000:1000:`, `"audio:x:29:`, `"render:x:106:`} {
		if !strings.Contains(string(passwd), line) {
			t.Errorf("the userland has no %s", line)
		}
	}
	if compositor.uid == browserAs.uid || compositor.gid != browserAs.gid || slices.Contains(browserAs.groups, 104) {
		t.Error("the browser may do what is the compositor's")
	}
}

func TestSwayConfig(t *testing.T) {
	c := config()
	for _, never := range []string{"bindsym", "exec", "bindcode", "bar {"} {
		if strings.Contains(c, never) {
			t.Errorf("%s in the compositor's configuration", never)
		}
	}
	for _, want := range []string{"srvrkeys:none", "us,mn", "xwayland disable", "no_focus", "workspace till"} {
		if !strings.Contains(c, want) {
			t.Errorf("no %s in %s", want, c)
		}
	}
}

// TestSpeaker: a microphone is none.
func TestSpeaker(t *testing.T) {
	cards := t.TempDir()
	for _, c := range []struct {
		file string
		want bool
	}{{"controlC0", false}, {"pcmC0D0c", false}, {"pcmC0D3p", true}} {
		if err := os.WriteFile(filepath.Join(cards, c.file), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if got := hasSpeaker(cards); got != c.want {
			t.Errorf("with %s: %v", c.file, got)
		}
	}
}
