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

func put(t *testing.T, s *Store, seller, name, typed string) {
	t.Helper()
	if err := s.Put(Draft{seller, name, json.RawMessage(typed)}); err != nil {
		t.Fatal(err)
	}
}

// told is what a seller is told, one line a draft.
func told(s *Store, seller string) (lines []string) {
	for _, d := range s.Of(seller) {
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
		if err := s.Forget("1", "good/new"); err != nil {
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
	all := s.Of("1")
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
		if n := len(s.Of("2")) - 1; n < MostDrafts-4 || n > MostDrafts {
			t.Errorf("%d large drafts are kept", n)
		}
		if info, err := os.Stat(path); err != nil || info.Size() > mostFile {
			t.Errorf("the file has %d bytes, %v", info.Size(), err)
		}
		s = open(t, path)
	}
	put(t, s, "3", "good/0", large)
	all := s.Of("2")
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
	if err := s.Stay(func(seller string) bool { return seller == "2" }); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		want(t, s, "1", "/count/9={}")
		want(t, s, "2", "2/good/new={}", "/count/9={}")
		s = open(t, path)
	}
}

func TestRefused(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "typed.json"))
	large := `{"a":"` + strings.Repeat("x", MostBytes) + `"}`
	for name, c := range map[string]struct {
		d    Draft
		want error
	}{
		"no name":         {Draft{"1", "", json.RawMessage(`{}`)}, ErrName},
		"long name":       {Draft{"1", strings.Repeat("x", MostName+1), json.RawMessage(`{}`)}, ErrName},
		"name not UTF-8":  {Draft{"1", "\xff", json.RawMessage(`{}`)}, ErrName},
		"too large":       {Draft{"1", "a", json.RawMessage(large)}, ErrLarge},
		"no object":       {Draft{"1", "a", json.RawMessage(`[1]`)}, ErrKind},
		"no JSON":         {Draft{"1", "a", json.RawMessage(`{"a":`)}, ErrKind},
		"nothing at all":  {Draft{"1", "a", nil}, ErrKind},
		"two in one":      {Draft{"1", "a", json.RawMessage(`{}{}`)}, ErrKind},
		"null for typing": {Draft{"1", "a", json.RawMessage(`null`)}, ErrKind},
	} {
		if err := s.Put(c.d); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	want(t, s, "1")
}

func TestDamagedFileBeginsAnew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "typed.json")
	for _, content := range []string{"", "{", "[{}]", `[{"seller":"1","name":"a","typed":3}]`, strings.Repeat(" ", mostFile+1)} {
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
	f.Add([]byte(`[{"seller":"1","name":"good/new","typed":{"name":"Талх"}}]`))
	f.Add([]byte(`[{"name":"a","typed":{}},{"name":"a","typed":{}}]`))
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
			if err := s.Put(d); err != nil {
				t.Errorf("what was read is refused: %v", err)
			}
		}
	})
}
