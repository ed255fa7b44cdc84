package who

import (
	"strings"
	"testing"
	"time"

	"posbox/baaz/store"
	"posbox/pos/fault"
)

func TestSecrets(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range []secretKind{secretSession, secretLink, secretToken} {
		text, hash := newSecret(k, 1<<53-1)
		home, again, err := parseSecret(k, text)
		if err != nil || home != 1<<53-1 || string(again) != string(hash) || seen[text] || strings.Contains(text, idOf(hash)) {
			t.Errorf("%s: %d %v", text, home, err)
		}
		seen[text] = true
	}
	if _, other := newSecret(secretLink, 1); len(other) != 32 {
		t.Error("a hash of another length")
	}
}

// Whatever somebody sends as a secret, it is refused or names a home, and means the same when it is written again.
func FuzzSecret(f *testing.F) {
	text, _ := newSecret(secretToken, 7)
	f.Add(text)
	f.Add("baaz_")
	f.Add("baaz_//////////////////////////////////////////")
	f.Fuzz(func(t *testing.T, s string) {
		home, hash, err := parseSecret(secretToken, s)
		if err == nil && (home < 0 || len(hash) != 32 || len(s) != len(text)) {
			t.Errorf("%q is a secret of %d", s, home)
		}
	})
}

func TestPasswordHash(t *testing.T) {
	c := Cost{64, 1}
	h := hashPassword("нууц үг", c)
	if cost, ok := verifyPassword(h, "нууц үг"); !ok || cost != c {
		t.Errorf("%s does not fit its own password", h)
	}
	for _, x := range []struct{ hash, password string }{
		{h, "нууц үh"}, {h, ""}, {"", ""}, {"", "x"}, {"$argon2id$v=19$m=4294967295,t=1,p=1$AAAA$AAAA", "x"}, {h[:len(h)-1], "нууц үг"}, {strings.Replace(h, "t=1", "t=0", 1), "нууц үг"},
	} {
		if _, ok := verifyPassword(x.hash, x.password); ok {
			t.Errorf("%q fits %q", x.password, x.hash)
		}
	}
	// й may come as one letter or as и with a mark: it is the same password.
	if _, ok := verifyPassword(hashPassword("байна уу та", c), "баи\u0306на уу та"); !ok {
		t.Error("the same letters in another form do not fit")
	}
}

func TestJudgePassword(t *testing.T) {
	for password, fine := range map[string]bool{
		"урт нууц үг": true, "correct horse": true, "short": false, "aaaaaaaaaaaa": false, "1234567890": false, "my1234567890": false, "abababababab": false,
		"bold@nomin.mn!": false, "tab\tinside it": false, strings.Repeat("өх1z!", 50): false, "bad \xff bytes": false,
	} {
		if err := judgePassword(password, "bold@nomin.mn"); (err == nil) != fine || err != nil && fault.CodeOf(err) != fault.PersonPassword {
			t.Errorf("%q: %v", password, err)
		}
	}
}

// Any two names that a person would call the same are the same, and no name breaks anything.
func FuzzLoginName(f *testing.F) {
	f.Add("Bold@Nomin.mn ")
	f.Add("ӨНӨР")
	f.Fuzz(func(t *testing.T, s string) {
		name, hash, err := loginName(s)
		if err != nil {
			return
		}
		again, same, err := loginName(" " + name + "\n")
		if err != nil || again != name || string(same) != string(hash) {
			t.Errorf("%q is %q, then %q", s, name, again)
		}
	})
}

// A guard that has seen very many names goes on with bounded memory.
func TestGuardIsBounded(t *testing.T) {
	now := time.Unix(0, 0)
	g := guard{now: func() time.Time { return now }, seen: map[string]*failures{}}
	for i := range guardMost + 10 {
		g.failed(string(rune(i))+"x", forOne)
	}
	if len(g.seen) > guardMost {
		t.Errorf("%d names are remembered", len(g.seen))
	}
	for range 100 {
		g.failed("one", forOne)
	}
	if w := g.wait("one"); w != forOne.most {
		t.Errorf("after a hundred failures one waits %v", w)
	}
	now = now.Add(guardForget + time.Hour)
	g.failed("one", forOne)
	if w := g.wait("one"); w != 0 {
		t.Errorf("a failure after hours of quiet costs %v", w)
	}
	g.passed("one")
}

func TestReadable(t *testing.T) {
	if got := readable("a\x00\x1b[31mb\xff"+strings.Repeat("ө", 300), 10); len(got) > 10 || !strings.HasPrefix(got, "a[31mb") {
		t.Errorf("%q", got)
	}
	d := Deed(Caller{Name: "1С"}, "net", 5, "x.y", strings.Repeat("s", 999), "")
	if d.Who != "token 1С" || len(d.Subject) != 200 || d.Person != store.Person(0) {
		t.Errorf("%+v", d)
	}
}
