package web_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"posbox/baaz/store/storetest"
	"posbox/baaz/web"
	"posbox/pos/fault"
)

// send brings a file and returns the last line of the answer.
func (b *browser) send(path, file string) (last web.ImportLine, status int) {
	b.t.Helper()
	req, err := http.NewRequest("POST", b.url+path, strings.NewReader(file))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/octet-stream")
	resp, err := b.http.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return last, resp.StatusCode
	}
	for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
		last = web.ImportLine{}
		if err := json.Unmarshal(lines.Bytes(), &last); err != nil {
			b.t.Fatal(err)
		}
	}
	return last, resp.StatusCode
}

// A file is tried, carried out, seen in lists and taken away again; sets are undone; labels and barcodes are told.
func TestManyRowsOverHTTP(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		c := newCentre(t, dsn)
		owner, me := c.owner()
		company := companyPath(me.Home)
		goods := company + "/registers/goods"
		const file = "code;name;barcodes;price\n1;Сүү;8651070010097;3000\n2;Мах;2100001000004;20000\n3;Талх;;x\n"
		tried, _ := owner.send(goods+"/import?name=g.csv", file)
		if a := tried.Answer; a == nil || a.Added != 2 || a.Refused != 1 || a.Carried || a.Seen == "" || a.Lines[2].Fault == nil || a.Lines[2].Fault.Text == "" {
			t.Fatalf("%+v", tried.Answer)
		}
		if done, _ := owner.send(goods+"/import?try=0&leave=1&name=g.csv&seen="+tried.Answer.Seen, file); done.Answer == nil || !done.Answer.Carried || done.Answer.Added != 2 {
			t.Fatalf("%+v", done)
		}
		if _, status := owner.send(goods+"/import?name=g.csv", "x"); status != 422 {
			t.Errorf("no table: %d", status)
		}
		if _, status := owner.send(company+"/registers/company/import?name=g.csv", file); status != 404 {
			t.Errorf("a register of fixed rows: %d", status)
		}
		var list web.RowsAnswer
		owner.must("GET", goods+"?sort=-prices&where=active%3Dtrue&limit=1", nil, &list)
		if list.Total != 2 || len(list.Rows) != 1 || list.Rows[0].Code != "2" || list.Next == "" {
			t.Errorf("%+v", list)
		}
		var out web.OutcomeView
		owner.must("POST", goods+"/bulk", web.BulkBody{All: true, Search: "мах", Body: json.RawMessage(`{"weighed":true,"unit":"кг"}`)}, &out)
		if out.Set == 0 || out.Changed != 1 || len(out.Lines[0].Fields) != 2 {
			t.Errorf("%+v", out)
		}
		var meaning web.BarcodeAnswer
		owner.must("GET", company+"/barcode?text=2100001012458", nil, &meaning)
		if meaning.Rule == nil || meaning.Value != "1.245" || meaning.Item != "00001" || len(meaning.Goods) != 1 || meaning.Goods[0].Name != "Мах" {
			t.Errorf("%+v", meaning)
		}
		if status, code := owner.ask("GET", company+"/barcode?text=2100001012451&rules=%5B%7B%7D%5D", nil, nil); status != 400 || code != fault.QueryMalformed {
			t.Errorf("%d %s", status, code)
		}
		var labels web.LabelsAnswer
		owner.must("GET", company+"/labels?codes=1%0Anone", nil, &labels)
		if len(labels.Labels) != 2 || labels.Labels[0].As != "EAN-13" || len(labels.Labels[0].Bars) != 95 || labels.Labels[0].Price.String() != "3000.00" || labels.Labels[1].Name != "" {
			t.Errorf("%+v", labels)
		}
		var sets web.SetsAnswer
		owner.must("GET", goods+"/sets", nil, &sets)
		if len(sets.Sets) != 2 || sets.Sets[1].Subject != "g.csv" || sets.Sets[1].Rows != 2 || sets.Sets[1].Who != "Болд" {
			t.Fatalf("%+v", sets)
		}
		owner.must("POST", goods+"/sets/undo", web.UndoSetBody{Set: sets.Sets[0].Set}, &out)
		if out.Set == 0 || out.Changed != 1 {
			t.Errorf("%+v", out)
		}
		if status, code := owner.ask("POST", goods+"/sets/undo", web.UndoSetBody{Set: sets.Sets[0].Set}, nil); status != 409 || code != fault.SetUndone {
			t.Errorf("%d %s", status, code)
		}
		var row web.RowView
		owner.must("GET", goods+"/row?code=1", nil, &row)
		var undone web.ChangeView
		owner.must("POST", goods+"/undo", web.UndoBody{Code: "1", Version: row.Version}, &undone)
		if string(undone.Row.Body) != "null" {
			t.Errorf("%+v", undone)
		}
		if status, code := owner.ask("POST", goods+"/undo", web.UndoBody{Code: "1", Version: row.Version}, nil); status != 409 || code != fault.RowConflict {
			t.Errorf("%d %s", status, code)
		}
		for _, format := range []string{"csv", "xlsx"} {
			resp, err := owner.http.Get(owner.url + goods + "/export?lang=mn&format=" + format)
			if err != nil {
				t.Fatal(err)
			}
			b, _ := io.ReadAll(resp.Body)
			resp.Body.Close()
			if resp.StatusCode != 200 || !strings.Contains(resp.Header.Get("Content-Disposition"), "."+format) || format == "csv" && !bytes.Contains(b, []byte("Мах")) {
				t.Errorf("%s: %d %s", format, resp.StatusCode, b)
			}
		}
	})
}
