package catalog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	goods "posbox/pos/catalog"
)

// unclassedNow is what a store tells, as text.
func unclassedNow(t *testing.T, s *Store, limit int) string {
	t.Helper()
	list, count, err := s.Unclassed(t.Context(), limit)
	if err != nil {
		t.Fatal(err)
	}
	out := fmt.Sprint(count)
	for _, g := range list {
		out += " " + string(g.Code)
	}
	return out
}

func TestUnclassed(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if got := unclassedNow(t, s, 9); got != "0" {
		t.Errorf("an empty catalog: %s", got)
	}
	file := "code,name,price,class_code,active\nA,a,1,,\nB,b,1,2211000,\nC,c,1,,no\nD,d,1,,\nE,e,1,,\n"
	sum, err := Import(dir, strings.NewReader(file), ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if sum.Unclassed != 3 || fmt.Sprint(sum.UnclassedAt) != "[{2 A a} {5 D d} {6 E e}]" {
		t.Errorf("the import tells %d: %v", sum.Unclassed, sum.UnclassedAt)
	}
	if _, err := s.Refresh(); err != nil {
		t.Fatal(err)
	}
	if got := unclassedNow(t, s, 2); got != "3 A D" {
		t.Errorf("after the import: %s", got)
	}
	put := func(code goods.Code, class string) {
		t.Helper()
		g := goods.Good{Code: code, Name: "x", Unit: "ш", Prices: []goods.Price{{Amount: 100}}, TaxIncluded: true, Tax: "VAT_ABLE", ClassCode: class, Active: true}
		if err := s.Put(g); err != nil {
			t.Fatal(err)
		}
	}
	put("A", "2211000") // mended
	put("B", "")        // and spoiled
	if got := unclassedNow(t, s, 9); got != "3 B D E" {
		t.Errorf("after edits: %s", got)
	}
}

// What has been found is kept until the goods are others: who asks again reads none of them. Whoever does not wait for the end
// stops it, and leaves nothing half counted.
func TestUnclassedIsKept(t *testing.T) {
	dir := t.TempDir()
	if _, err := Import(dir, strings.NewReader("code,name,price,class_code\nA,a,1,\nB,\"say \"\",\"\"class_code\"\":\"\"1\"\"\",1,\nC,c,1,2211000\n"), ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	gone, leave := context.WithCancel(t.Context())
	leave()
	if list, count, err := s.Unclassed(gone, 9); !errors.Is(err, context.Canceled) || list != nil || count != 0 {
		t.Errorf("one who has gone is told %v, %d, %v", list, count, err)
	}
	if got := unclassedNow(t, s, 9); got != "2 A B" {
		t.Fatal(got)
	}
	first := s.lacking
	if got := unclassedNow(t, s, 1); got != "2 A" || s.lacking != first {
		t.Errorf("asked again it says %s, and looked again: %v", got, s.lacking != first)
	}
	if err := s.Put(goods.Good{Code: "A", Name: "a", Unit: "ш", Prices: []goods.Price{{Amount: 100}}, TaxIncluded: true, Tax: "VAT_ABLE", ClassCode: "2211000", Active: true}); err != nil {
		t.Fatal(err)
	}
	if got := unclassedNow(t, s, 9); got != "1 B" {
		t.Errorf("after an edit: %s", got)
	}
}

// More goods than one step looks at are all found, each once.
func TestUnclassedOfMany(t *testing.T) {
	var file bytes.Buffer
	file.WriteString("code,name,price\n")
	const many = 2*unclassedStep + 7
	for i := range many {
		fmt.Fprintf(&file, "G%06d,a,1\n", i)
	}
	dir := t.TempDir()
	if _, err := Import(dir, &file, ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if got := unclassedNow(t, s, 1); got != fmt.Sprint(many)+" G000000" {
		t.Error(got)
	}
}
