package registers_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"posbox/baaz/registers"
	"posbox/baaz/store/storetest"
	"posbox/wire"
)

// other is the same company's registers in another server: it remembers nothing.
func (x *shop) other() *shop {
	r := registers.New(registers.Options{Store: x.s, Now: func() time.Time { return time.UnixMicro(1_790_000_500_000_000) }})
	return &shop{t: x.t, r: r, s: x.s, c: x.c, scope: x.scope}
}

// sister is another company with the same registers.
func (x *shop) sister() *shop {
	y := &shop{t: x.t, r: x.r, s: x.s, c: x.company("Эгч")}
	y.scope = wire.CompanyScope(uint64(y.c))
	return y
}

// taken takes a file in as it was seen, and tells how often rows were said to be judged.
func (x *shop) taken(file string, seen registers.Preview, leave bool) (p registers.Preview, judged int) {
	x.t.Helper()
	p, err := x.imported("goods", file, registers.Import{Seen: seen.Seen, Leave: leave, Progress: func(stage string, done, total int64) {
		if stage == registers.StageJudge {
			judged++
		}
	}})
	if err != nil {
		x.t.Fatal(err)
	}
	return p, judged
}

const recalled = "Код;Нэр;Баркод;Үнэ\n" +
	"1;Сүү;8651070010097|111;3 000\n2;Талх;222;2500,50\n3;Мах;;20000\n4;D;44;\n5;E;55;\n6;F;999;7\n7;G;;нэг\n8;Цай;;4500\n9;I;99;\n"

// begun are the goods that the file finds.
func (x *shop) begun() {
	for code, body := range map[string]string{"2": `{"name":"Талх","barcodes":["222"],"prices":[{"amount":"2000"},{"from":"2030-01-01","amount":"9000"}],"category":"Гурил"}`,
		"4": `{"name":"D","barcodes":["55"],"prices":[{"amount":"1"}]}`, "5": `{"name":"E","barcodes":["44"],"prices":[{"amount":"1"}]}`, "9": `{"name":"I","barcodes":["99"],"prices":[{"amount":"1"}]}`,
		"90": `{"name":"Z","barcodes":["999"],"prices":[{"amount":"1"}]}`} {
		x.put("goods", code, body)
	}
}

// lines tells an outcome's, without what differs between two companies.
func (x *shop) lines(o registers.Outcome) string {
	b, err := json.Marshal(o.Lines)
	if err != nil {
		x.t.Fatal(err)
	}
	return strings.ReplaceAll(string(b), x.scope.String(), "SCOPE")
}

// TestImportRecalls: whoever takes in what was looked at, while nothing has changed, gets what one gets who is judged anew:
// the same rows, refusals and lines, with fewer steps.
func TestImportRecalls(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		x := newShop(t, dsn)
		y := x.sister()
		x.begun()
		y.begun()
		tried := x.preview("goods", recalled)
		if counts(tried.Outcome) != "3 3 0 1 2" {
			t.Fatalf("%s: %s", counts(tried.Outcome), x.lines(tried.Outcome))
		}
		if p, _ := x.taken(recalled, tried, false); p.Done || counts(p.Outcome) != "3 3 0 1 2" {
			t.Errorf("rows are refused, and yet: %s", counts(p.Outcome))
		}
		a, few := x.taken(recalled, tried, true)
		b, many := y.other().taken(recalled, y.preview("goods", recalled), true)
		if !a.Done || !b.Done || counts(a.Outcome) != counts(b.Outcome) || x.lines(a.Outcome) != y.lines(b.Outcome) {
			t.Errorf("recalled: %s %s\nanew: %s %s", counts(a.Outcome), x.lines(a.Outcome), counts(b.Outcome), y.lines(b.Outcome))
		}
		if few >= many {
			t.Errorf("%d steps of judging, %d anew: it was not recalled", few, many)
		}
		all := registers.Export{Register: "goods", Format: "csv"}
		if got, want := x.exported(all), y.exported(all); got != want || !strings.Contains(got, "2500,50") {
			t.Errorf("recalled:\n%s\nanew:\n%s", got, want)
		}
		if again, judged := x.taken(recalled, tried, true); counts(again.Outcome) != "0 0 0 7 2" || judged < many {
			t.Errorf("the same file a second time: %s, %d steps of judging", counts(again.Outcome), judged)
		}
	})
}

// TestImportIsJudgedAnew: what has changed since the file was looked at, in whichever register, by whom and at which server, is
// seen.
func TestImportIsJudgedAnew(t *testing.T) {
	changes := map[string]struct {
		do     func(x *shop)
		leaves string
	}{
		"a row of the file": {func(x *shop) {
			x.other().put("goods", "2", `{"name":"Талх","barcodes":["222"],"prices":[{"amount":"7"}]}`)
		}, "3 2 0 1 3"},
		"a barcode":            {func(x *shop) { x.put("goods", "91", `{"name":"Y","barcodes":["111"],"prices":[{"amount":"1"}]}`) }, "2 3 0 1 3"},
		"a row of another":     {func(x *shop) { x.put("categories", "1", `{"name":"Гурил"}`) }, "3 3 0 1 2"},
		"a barcode that left":  {func(x *shop) { x.put("goods", "90", `{"name":"Z","barcodes":[],"prices":[{"amount":"1"}]}`) }, "4 3 0 1 1"},
		"the file, by another": {func(x *shop) { x.other().taken(recalled, x.other().preview("goods", recalled), true) }, "0 0 0 7 2"},
	}
	for name, c := range changes {
		t.Run(name, func(t *testing.T) {
			x := newShop(t, t.TempDir()+"/b.db")
			x.begun()
			tried := x.preview("goods", recalled)
			c.do(x)
			if p, _ := x.taken(recalled, tried, true); counts(p.Outcome) != c.leaves {
				t.Errorf("%s, want %s: %s", counts(p.Outcome), c.leaves, x.lines(p.Outcome))
			}
		})
	}
}

// TestImportForgets: only the last verdicts are remembered; who was looked at before them is judged anew.
func TestImportForgets(t *testing.T) {
	x := newShop(t, t.TempDir()+"/b.db")
	file := func(n int) string { return fmt.Sprintf("code,name,price\n%d,A,1\n", n) }
	var seen []registers.Preview
	for n := range 6 {
		seen = append(seen, x.preview("goods", file(n)))
	}
	for n, p := range seen {
		if done, _ := x.taken(file(n), p, false); !done.Done || counts(done.Outcome) != "1 0 0 0 0" {
			t.Errorf("file %d: %s", n, counts(done.Outcome))
		}
	}
	if _, err := x.r.Get(context.Background(), x.scope, "goods", "5"); err != nil {
		t.Error(err)
	}
}
