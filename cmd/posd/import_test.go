package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"

	store "posbox/catalog"
)

// A vendor tries a file of the shop's old program before it changes anything, then imports it.
func TestImportTriedAndDone(t *testing.T) {
	dir, data := t.TempDir(), filepath.Join(t.TempDir(), "till")
	text, err := charmap.Windows1251.NewEncoder().String("Код;Нэр;Їнэ;Тэмдэглэл\r\n1;Сїї 1л;4200,50;а\r\n2;Талх;2600;б\r\n")
	if err != nil {
		t.Fatal(err)
	}
	good, bad := filepath.Join(dir, "бараа.csv"), filepath.Join(dir, "bad.csv")
	write := func(path, content string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(good, text)
	write(bad, "code,name,price\n1,Сүү,x\n2,Талх,\n")
	steps := []struct {
		args, want string
		fails      bool
	}{
		{"-dry-run " + good, "2 rows: 2 goods would be added, 0 changed, 0 unchanged", false},
		{"-dry-run " + good, "column Тэмдэглэл means nothing", false},
		{good, "2 rows: 2 goods added, 0 changed, 0 unchanged", false},
		{"-dry-run " + good, "0 goods would be added, 0 changed, 2 unchanged", false},
		{bad, `row 2, column price: "x" is not a price`, true},
		{"-dry-run " + bad, "row 3, column price: a price is needed", true},
	}
	for _, s := range steps {
		out, err := posd(append([]string{"import", "-data", data}, strings.Fields(s.args)...)...).CombinedOutput()
		if (err != nil) != s.fails || !strings.Contains(string(out), s.want) {
			t.Errorf("import %s: %v\n%swant %s", s.args, err, out, s.want)
		}
	}
	goods, err := store.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	defer goods.Close()
	if g, ok, err := goods.ByCode("1"); !ok || err != nil || g.Name != "Сүү 1л" {
		t.Errorf("%+v, %v, %v", g, ok, err)
	}
}
