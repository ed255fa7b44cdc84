package typed

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func open(t *testing.T, path string) *Store {
	t.Helper()
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// id is that of the first draft of a name.
func id(seller, name string) string { return seller + "-" + name }

func put(t *testing.T, s *Store, seller, name, typed string) {
	t.Helper()
	if err := s.Put(Draft{seller, name, id(seller, name), json.RawMessage(typed)}, false); err != nil {
		t.Fatal(err)
	}
}

// told is what a seller is told, one line a draft.
func told(s *Store, seller string) (lines []string) {
	all, _ := s.Of(seller)
	for _, d := range all {
		lines = append(lines, d.Seller+"/"+d.Name+"="+string(d.Typed))
	}
	return lines
}

func want(t *testing.T, s *Store, seller string, lines ...string) {
	t.Helper()
	if got := told(s, seller); !slices.Equal(got, lines) {
		t.Errorf("seller %q is told %q, not %q", seller, got, lines)
	}
}

func TestKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "typed.json")
	s := open(t, path)
	want(t, s, "1")
	put(t, s, "1", "good/new", `{"name":"Талх"}`)
	put(t, s, "2", "good/new", `{"name":"Сүү"}`)
	put(t, s, "", "count/9", `{"1000":"3"}`)
	put(t, s, "1", "good/new", `{"name":"Талх атар"}`)
	for range 2 { // as it stands in memory, and read anew
		want(t, s, "1", `/count/9={"1000":"3"}`, `1/good/new={"name":"Талх атар"}`)
		want(t, s, "2", `2/good/new={"name":"Сүү"}`, `/count/9={"1000":"3"}`)
		want(t, s, "3", `/count/9={"1000":"3"}`)
		s = open(t, path)
	}
	for range 2 { // what is not there may be forgotten
		if err := s.Forget(Draft{Seller: "1", Name: "good/new", ID: id("1", "good/new")}); err != nil {
			t.Fatal(err)
		}
	}
	s = open(t, path)
	want(t, s, "1", `/count/9={"1000":"3"}`)
	want(t, s, "2", `2/good/new={"name":"Сүү"}`, `/count/9={"1000":"3"}`)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("file %v %v, may be read by others", info.Mode(), err)
	}
}

func TestOldestGiveWay(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "typed.json"))
	for i := range MostDrafts + 2 {
		put(t, s, "1", "good/"+string(rune('A'+i)), "{}")
	}
	put(t, s, "1", "good/C", `{"name":"x"}`) // now the newest
	all, _ := s.Of("1")
	if len(all) != MostDrafts || all[0].Name != "good/D" || all[len(all)-1].Name != "good/C" {
		t.Errorf("%d drafts from %s to %s", len(all), all[0].Name, all[len(all)-1].Name)
	}
}

// Neither many nor large drafts of one seller push out what others have.
func TestOthersKeepTheirs(t *testing.T) {
	path := filepath.Join(t.TempDir(), "typed.json")
	s := open(t, path)
	put(t, s, "1", "good/new", `{"name":"Талх"}`)
	put(t, s, "", "count/9", `{"1000":"3"}`)
	large := `{"a":"` + strings.Repeat("x", MostBytes-10) + `"}`
	for i := range MostDrafts + 2 {
		put(t, s, "2", "good/"+strconv.Itoa(i), large)
	}
	for range 2 {
		want(t, s, "1", `1/good/new={"name":"Талх"}`, `/count/9={"1000":"3"}`)
		if n := len(told(s, "2")) - 1; n < MostDrafts-4 || n > MostDrafts {
			t.Errorf("%d large drafts are kept", n)
		}
		if info, err := os.Stat(path); err != nil || info.Size() > mostFile {
			t.Errorf("the file has %d bytes, %v", info.Size(), err)
		}
		s = open(t, path)
	}
	put(t, s, "3", "good/0", large)
	all, _ := s.Of("2")
	if len(told(s, "3")) != 2 || len(told(s, "1")) != 2 || all[len(all)-1].Name != "good/"+strconv.Itoa(MostDrafts+1) {
		t.Error("who has most does not give way to the others")
	}
}

// What a seller has typed goes with the seller; what belongs to the till stays.
func TestSellersGo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "typed.json")
	s := open(t, path)
	put(t, s, "1", "good/new", `{}`)
	put(t, s, "2", "good/new", `{}`)
	put(t, s, "", "count/9", `{}`)
	if changed, err := s.Stay(func(d Draft) bool { return d.Seller != "1" }); !changed || err != nil {
		t.Fatal(changed, err)
	}
	for range 2 {
		want(t, s, "1", "/count/9={}")
		want(t, s, "2", "2/good/new={}", "/count/9={}")
		s = open(t, path)
	}
}

// What has gone does not come back, whoever had it before; the next one of its name is another.
func TestGone(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "typed.json"))
	d := Draft{"1", "cash.out", "first", json.RawMessage(`{"amount":"50000"}`)}
	again := func(want error) {
		t.Helper()
		before := s.N()
		if err := s.Put(d, true); !errors.Is(err, want) || (s.N() == before) != (want != nil) {
			t.Errorf("%v, %d changes", err, s.N()-before)
		}
	}
	put := func(d Draft) {
		t.Helper()
		if err := s.Put(d, false); err != nil {
			t.Fatal(err)
		}
	}
	again(ErrGone)
	put(d)
	again(nil)
	if err := s.Forget(d); err != nil {
		t.Fatal(err)
	}
	again(ErrGone)
	next := Draft{"1", "cash.out", "second", json.RawMessage(`{"amount":"7"}`)}
	put(next)
	again(ErrGone)
	if err := s.Forget(d); err != nil {
		t.Fatal(err)
	}
	want(t, s, "1", `1/cash.out={"amount":"7"}`)
}

func TestRefused(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "typed.json"))
	large := `{"a":"` + strings.Repeat("x", MostBytes) + `"}`
	for name, c := range map[string]struct {
		d    Draft
		want error
	}{
		"no name":         {Draft{"1", "", "id", json.RawMessage(`{}`)}, ErrName},
		"long name":       {Draft{"1", strings.Repeat("x", MostName+1), "id", json.RawMessage(`{}`)}, ErrName},
		"name not UTF-8":  {Draft{"1", "\xff", "id", json.RawMessage(`{}`)}, ErrName},
		"too large":       {Draft{"1", "a", "id", json.RawMessage(large)}, ErrLarge},
		"no object":       {Draft{"1", "a", "id", json.RawMessage(`[1]`)}, ErrKind},
		"no JSON":         {Draft{"1", "a", "id", json.RawMessage(`{"a":`)}, ErrKind},
		"nothing at all":  {Draft{"1", "a", "id", nil}, ErrKind},
		"two in one":      {Draft{"1", "a", "id", json.RawMessage(`{}{}`)}, ErrKind},
		"no id":           {Draft{"1", "a", "", json.RawMessage(`{}`)}, ErrID},
		"long id":         {Draft{"1", "a", strings.Repeat("x", mostID+1), json.RawMessage(`{}`)}, ErrID},
		"null for typing": {Draft{"1", "a", "id", json.RawMessage(`null`)}, ErrKind},
	} {
		if err := s.Put(c.d, false); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	want(t, s, "1")
}

func TestDamagedFileBeginsAnew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "typed.json")
	for _, content := range []string{"", "{", "[{}]", `[{"seller":"1","name":"a","id":"a","typed":3}]`, `[{"seller":"1","name":"a","typed":{}}]`, strings.Repeat(" ", mostFile+1)} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Open(path)
		if err == nil {
			t.Errorf("%.40q was read", content)
		}
		put(t, s, "1", "a", "{}")
		want(t, open(t, path), "1", "1/a={}")
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`[{"seller":"1","name":"good/new","id":"x","typed":{"name":"Талх"}}]`))
	f.Add([]byte(`[{"name":"a","id":"x","typed":{}},{"name":"a","id":"y","typed":{}}]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		kept, err := parse(b)
		if err != nil {
			return
		}
		all, number := 0, map[string]int{}
		for _, d := range kept {
			all += d.size()
			number[d.Seller]++
			if all > MostAll || number[d.Seller] > MostDrafts {
				t.Fatalf("%d drafts of %d bytes, %d of one seller", len(kept), all, number[d.Seller])
			}
		}
		s := &Store{path: filepath.Join(t.TempDir(), "typed.json")}
		for _, d := range kept[:min(len(kept), 100)] { // each is a file
			if err := s.Put(d, false); err != nil {
				t.Errorf("what was read is refused: %v", err)
			}
		}
	})
}
