package ui_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	store "posbox/catalog"
	"posbox/config"
	"posbox/pos/device"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/till"
	"posbox/ui"
	"posbox/uploads"
	"posbox/wire"
)

// layers composes the settings of the rig with what was set at its till.
func layers(box *till.Layer) (config.Settings, config.Origins, error) {
	if box == nil {
		return config.Load()
	}
	text, err := config.Place(box.Values)
	if err != nil {
		return config.Settings{}, nil, err
	}
	return config.Load(config.Layer{Name: "box", JSON: text})
}

func (r *rig) try(box *till.Layer) (till.Env, error) {
	s, _, err := layers(box)
	if err != nil {
		return till.Env{}, fault.Wrap(err, fault.SettingBad, "path", fault.Of(err).Args["path"], "detail", fault.Of(err).Args["detail"])
	}
	e := r.env()
	e.Merchant, e.Roles, e.Rates = s.Shop, s.Roles, s.Rates
	return e, nil
}

func (r *rig) settings() []config.Setting {
	s, o, err := layers(r.engine.View().State.Box)
	if err != nil {
		r.t.Error(err)
	}
	return config.Describe(s, o, config.Defaults())
}

func (r *rig) logs(limit int) []ui.LogRecord {
	list := []ui.LogRecord{{At: time.Unix(r.now.Load(), 0), Level: "INFO", Msg: script, Attrs: map[string]string{"a": "b"}}}
	return list[:min(limit, 1)]
}

func (r *rig) upload(id string) (till.Upload, bool) {
	return till.Upload{ID: id, Name: "бараа.csv", Bytes: 10, SHA256: "00"}, id == "0123456789abcdef"
}

// preview answers as a file of five good rows and a bad one, or whatever its content names.
func (r *rig) preview(name string, body io.Reader) (ui.Preview, error) {
	text, err := io.ReadAll(body)
	if err != nil {
		return ui.Preview{}, fault.Wrap(err, fault.UploadBroken)
	}
	if code := fault.Code(text); fault.Texts[code].EN != "" {
		return ui.Preview{}, fault.New(code, "detail", "x", "dir", "x")
	}
	return ui.Preview{File: uploads.File{ID: "0123456789abcdef", Name: name, Bytes: int64(len(text))}, Summary: store.Summary{Format: "csv", Rows: 6, Added: 5,
		Ignored: []string{script}, Bad: 1, Problems: []*fault.Error{fault.New(fault.ImportRow, "row", "3", "column", "price", "detail", script)}}}, nil
}

func goodText() fields {
	return fields{"code": "77", "name": "Шинэ", "barcodes": []string{"8656001000024"}, "category": "", "unit": "ш", "price": "1500", "tax_included": true,
		"tax": "VAT_ABLE", "city_tax": false, "class_code": "", "tax_product_code": "", "weighed": false, "active": true}
}

func customerText() fields {
	return fields{"code": "C9", "name": "Дорж", "phone": "", "cards": []string{}, "percent": "5", "valid_from": "", "valid_to": "", "active": true}
}

// What is told of goods and customers is what the next command takes, also while an edit still waits for its turn to be
// written into the catalogue.
func TestEditsAreTold(t *testing.T) {
	r := newRig(t).opened()
	r.do("seller.login", fields{"code": "9", "password": "9999"})
	good, customer := goodText(), customerText()
	good["code"], good["name"], good["price"], good["barcodes"] = "1", "Сүү 1 л", "250", []string{}
	customer["code"], customer["name"], customer["phone"] = "C1", "Дорж", "99001122"
	r.do("good.set", fields{"good": good}) // nobody writes the catalogue here
	if a := r.do("line.scan", fields{"code": "1"}); a.State.Basket.Total.String() != "250.00" {
		t.Errorf("sold at %s", a.State.Basket.Total)
	}
	if g := read[till.GoodText](r, "/api/goods/1"); g.Price != "250.00" {
		t.Errorf("to be edited at %s", g.Price)
	}
	if found := read[ui.GoodsAnswer](r, "/api/goods?q="+url.QueryEscape("Сүү 1 л")).Goods; len(found) != 1 || found[0].Price.String() != "250.00" {
		t.Errorf("found %+v", found)
	}
	r.do("customer.put", fields{"customer": customer})
	if c := read[ui.CustomerWhole](r, "/api/customers/C1"); c.Phone != "99001122" {
		t.Errorf("%+v", c)
	}
}

// A sender that falls silent is given up; one that is slow is not.
func TestSilentSenders(t *testing.T) {
	r := newRig(t).opened()
	r.do("seller.login", fields{"code": "9", "password": "9999"})
	r.ui.SetReadTimeout(3 * time.Second)
	for path, want := range map[string]string{"/api/uploads?name=a.csv": "upload.broken", "/api/commands": "command.malformed"} {
		in, out := io.Pipe()
		go func() {
			for range 12 { // longer than the time altogether
				io.WriteString(out, " ")
				time.Sleep(300 * time.Millisecond)
			}
		}()
		q := r.request("POST", path, "")
		q.Body, q.ContentLength = in, -1
		begun := time.Now()
		resp, err := r.client.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		out.Close()
		if !strings.Contains(string(text), want) {
			t.Errorf("%s: %s %s", path, resp.Status, text)
		}
		if took := time.Since(begun); took < 3600*time.Millisecond {
			t.Errorf("%s: a slow sender was given up after %v", path, took)
		}
	}
	r.do("line.scan", fields{"code": "1"})
}

// stocking is how an owner changes goods and customers.
func stocking(t *testing.T, r *rig) {
	r.do("good.set", fields{"good": goodText()})
	if g := read[till.GoodText](r, "/api/goods/1"); g.Name != "Сүү 1 л" || g.Price != "100.00" {
		t.Errorf("%+v", g)
	}
	if a := r.get("/api/goods/nothing"); a.StatusCode != 404 {
		t.Errorf("%s", a.Status)
	}
	a := r.send("POST", "/api/uploads?name="+url.QueryEscape("бараа.csv"), "code;name;price\n", header("Content-Type", "application/octet-stream"))
	var up ui.UploadAnswer
	if err := json.Unmarshal(a.body, &up); err != nil || a.StatusCode != 200 || up.Rows != 6 || up.Problems[0].Row != 3 || up.Problems[0].Text == "" {
		t.Errorf("%s %s", a.Status, a.body)
	}
	for code, status := range map[fault.Code]int{fault.UploadName: 422, fault.UploadTooLarge: 413, fault.UploadNoRoom: 507, fault.ImportFile: 422, fault.CatalogBusy: 422} {
		a := r.send("POST", "/api/uploads?name=a.csv", string(code), header("Content-Type", "application/octet-stream"))
		if a.StatusCode != status || a.code() != code {
			t.Errorf("%s: %s %s", code, a.Status, a.body)
		}
	}
	r.refused(fault.UploadUnknown, "goods.import", fields{"upload": "x"})
	if a := r.do("goods.import", fields{"upload": up.Upload}); len(a.State.Work) != 1 || a.State.Work[0].Done != 1 || a.State.Work[0].Total != 10 {
		t.Errorf("%+v", a.State.Work)
	}
	r.refused(fault.ImportBusy, "goods.import", fields{"upload": up.Upload})
	r.do("customer.put", fields{"customer": customerText()})
}

func readKey(text string) (key, fingerprint string, err error) {
	k, err := wire.ParseKey(text)
	return k.Reveal(), k.Fingerprint(), err
}

// The connection key gets to where it is kept, and into no answer, no log and no record.
func TestJoin(t *testing.T) {
	r := newRig(t, withNobody).checked()
	key := wire.NewKey([]byte("fifteen letters")).Reveal()
	for _, address := range []string{"", "baaz", "a b", "http://baaz.mn", "ftp://baaz.mn", "baaz.mn/x", "u@baaz.mn", "baaz.mn:0", "baaz.mn:99999", "baaz.mn:", "б.mn", strings.Repeat("a", 201)} {
		if address != "baaz" { // a name in the shop's own network
			r.refused(fault.JoinAddress, "join.ask", fields{"address": address, "key": key})
		}
	}
	for _, k := range []string{"", "x", key[:len(key)-1] + "!", strings.Replace(key, key[:1], map[bool]string{true: "1", false: "0"}[key[0] == '0'], 1)} {
		r.refused(fault.JoinKeyBad, "join.ask", fields{"address": "baaz.mn", "key": k})
	}
	if r.kept.Load() != nil || deviceOf(r, device.KindBaaz).State != device.None {
		t.Error("a refused wish left something")
	}
	a := r.do("join.ask", fields{"address": " HTTPS://Baaz.Example.MN:8443/ ", "key": strings.ToLower(strings.ReplaceAll(key, "-", " "))})
	if k := r.kept.Load(); k == nil || k[1] != key || k[0] != r.engine.View().State.Join.Fingerprint {
		t.Errorf("kept: %v", k)
	}
	if j := r.engine.View().State.Join; j.Address != "https://baaz.example.mn:8443" {
		t.Errorf("%+v", j)
	}
	if d := deviceOf(r, device.KindBaaz); d.State != device.Attention || d.Code != fault.BaazWaiting {
		t.Errorf("%+v", d)
	}
	bare := strings.ReplaceAll(key, "-", "")
	told, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	records, err := r.journal.Read(0, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, rec := range records {
		told = append(told, rec.Body...)
	}
	told = append(append(told, r.get("/api/state").body...), r.log.String()...)
	told = append(told, r.get("/api/journal/files/1").body...)
	if text := strings.ToUpper(string(told)); strings.Contains(text, bare) || strings.Contains(text, key) || strings.Contains(text, strings.ReplaceAll(key, "-", " ")) {
		t.Error("the key is told")
	}
	// It is taken back; what had been sold has nothing to do with it.
	r.do("join.drop", nil)
	if d := deviceOf(r, device.KindBaaz); d.State != device.None || r.engine.View().State.Join != nil || read[ui.UplinkAnswer](r, "/api/uplink").Address != "" {
		t.Errorf("taken back: %+v", d)
	}
	r.refused(fault.JoinNone, "join.drop", nil)
	// Once somebody can log in, it takes the right.
	r.do("seller.set", fields{"code": "1", "name": "Эзэн", "password": "1234"})
	r.refused(fault.SellerNone, "join.ask", fields{"address": "baaz.mn", "key": key})
	r.refused(fault.SellerNone, "join.drop", nil)
}

// owning is what an owner does between sales.
func owning(t *testing.T, r *rig) {
	r.do("seller.login", fields{"code": "9", "password": "9999"})
	defer r.do("seller.login", fields{"code": "1", "password": "1111"})
	a := r.do("setting.set", fields{"path": "shop.name", "value": "Номин " + script})
	if a.Seq == 0 {
		t.Errorf("%+v", a)
	}
	if lacking := read[ui.GoodsAnswer](r, "/api/unclassed"); lacking.Goods == nil {
		t.Errorf("goods without a class code: %+v", lacking)
	}
	found := config.Setting{}
	for _, s := range read[ui.SettingsAnswer](r, "/api/settings").Settings {
		if s.Path == "shop.name" {
			found = s
		}
	}
	if want := `"Номин ` + script + `"`; !sameJSON(t, found.Value, want) || found.Origin != "box" || string(found.Fallback) != `""` {
		t.Errorf("%s from %s, else %s", found.Value, found.Origin, found.Fallback)
	}
	for _, f := range []fields{{"path": "shop.name", "value": 7}, {"path": "lang", "value": "de"}, {"path": "rates", "value": []fields{{"from": "2099-01-01", "vat": "1"}}},
		{"path": "shop.name", "value": nil}, {"path": "shop.name"}} {
		r.refused(fault.SettingBad, "setting.set", f)
	}
	r.refused(fault.SettingUnknown, "setting.reset", fields{"path": "lang"})
	r.refused(fault.SettingUnknown, "setting.set", fields{"path": "a\u0007", "value": 1})
	r.refused(fault.SettingBad, "setting.set", fields{"path": "roles.owner.rights", "value": []string{"sell"}})
	r.do("setting.set", fields{"path": "roles.boss.rights", "value": []string{"*"}})
	r.refused(fault.SettingOwner, "setting.set", fields{"path": "roles.owner.rights", "value": []string{"sell"}})
	r.do("setting.reset", fields{"path": "shop.name"})
	if list := read[ui.LogsAnswer](r, "/api/logs?limit=5").Logs; len(list) != 1 || list[0].Msg != script || list[0].Time != "2026-11-23 09:00:00.000" {
		t.Errorf("%+v", list)
	}
	if a := r.get("/api/logs?limit=0"); a.StatusCode != http.StatusBadRequest {
		t.Errorf("%s", a.Status)
	}
	stocking(t, r)
	updating(r)
	r.do("join.ask", fields{"address": "baaz.mn", "key": "00000-00000-00000-00000-00000"})
	r.do("join.drop", nil)
	r.do("join.ask", fields{"address": "baaz.mn", "key": "00000-00000-00000-00000-00000"})
	r.do("print.test", nil)
	r.refused(fault.PrintPending, "print.test", nil)
	seq, bill := asked(r)
	r.outcome(seq, bill, event.ReceiptPrinted)
	if v := r.engine.View(); len(v.State.Unprinted()) > 0 || bill != event.TestTitle {
		t.Errorf("%s: %+v", bill, v.State.Prints)
	}
	r.do("first.done", nil)
	if a := r.do("first.done", nil); !r.engine.View().State.Started {
		t.Errorf("%+v", a)
	}
}

func sameJSON(t *testing.T, raw json.RawMessage, want string) bool {
	t.Helper()
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		t.Fatal(err)
	}
	return `"`+s+`"` == want
}

// Who may not, sees nothing of settings and logs.
func TestOwnersPagesNeedRights(t *testing.T) {
	r := newRig(t).checked()
	for _, path := range []string{"/api/settings", "/api/logs", "/api/goods/1"} {
		if a := r.get(path); a.StatusCode != 403 || a.code() != fault.SellerNone {
			t.Errorf("%s, nobody logged in: %s %s", path, a.Status, a.body)
		}
	}
	r.do("seller.login", fields{"code": "1", "password": "1111"})
	for _, path := range []string{"/api/settings", "/api/logs", "/api/goods/1"} {
		if a := r.get(path); a.StatusCode != 403 || a.code() != fault.RightMissing {
			t.Errorf("%s, a seller: %s %s", path, a.Status, a.body)
		}
	}
	r.refused(fault.RightMissing, "setting.set", fields{"path": "shop.name", "value": "x"})
	r.refused(fault.RightMissing, "setting.reset", fields{"path": "shop.name"})
}

// The first start: nobody can log in, the language can be chosen, and it can be skipped.
func TestFirstStart(t *testing.T) {
	r := newRig(t, withNobody).checked()
	if st := read[ui.State](r, "/api/state"); !st.Till.First || st.Till.Joined {
		t.Errorf("%+v", st.Till)
	}
	r.do("setting.set", fields{"path": "lang", "value": "en"})
	r.refused(fault.SellerNone, "setting.set", fields{"path": "zone", "value": "UTC"})
	r.refused(fault.SellerNone, "setting.reset", fields{"path": "lang"})
	if a := r.do("first.done", nil); a.State.Till.First {
		t.Errorf("%+v", a.State.Till)
	}
	r.do("seller.set", fields{"code": "1", "name": "Эзэн", "password": "1234"})
	r.refused(fault.SellerNone, "setting.set", fields{"path": "lang", "value": "mn"})
}

// Every kind of device is always told, in the same order and in the reader's language.
func TestDevices(t *testing.T) {
	r := newRig(t).checked()
	st := read[ui.State](r, "/api/state")
	order := []device.Kind{"printer", "drawer", "scanner", "display", "scale", "terminal", "network", "baaz", "ebarimt", "clock", "disk", "copy"}
	if len(st.Devices) != len(order) {
		t.Fatalf("%+v", st.Devices)
	}
	for i, kind := range order {
		if st.Devices[i].Kind != kind {
			t.Errorf("%s stands where %s should", st.Devices[i].Kind, kind)
		}
	}
	r.printer.Store(&device.Printer{Name: "P", Fitted: true, Online: true, PaperEmpty: true})
	if d := deviceOf(r, device.KindPrinter); d.State != device.Fault || d.Code != fault.PrinterPaper || d.Text == "" || d.Hint == "" {
		t.Errorf("%+v", d)
	}
	if d := deviceOf(r, device.KindDisplay); d.State != device.None {
		t.Errorf("%+v", d)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	resp, err := http.DefaultClient.Do(r.request("GET", "/api/events?display=1", "").WithContext(ctx))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	eventually(t, func() bool { return deviceOf(r, device.KindDisplay).State == device.OK })
	cancel()
	eventually(t, func() bool { return deviceOf(r, device.KindDisplay).State == device.None })
}

func deviceOf(r *rig, kind device.Kind) ui.DeviceInfo {
	for _, d := range read[ui.State](r, "/api/state").Devices {
		if d.Kind == kind {
			return d
		}
	}
	return ui.DeviceInfo{}
}

func eventually(t *testing.T, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Error("it never came true")
}

// The last five jobs are told, newest first.
func TestWork(t *testing.T) {
	r := newRig(t).checked().opened()
	for i := range 6 {
		v := r.engine.View()
		if err := r.engine.Report(t.Context(), "test", v.Seq, event.ImportAsked{Upload: "u", Name: "бараа.csv", Bytes: int64(100 + i)}); err != nil {
			t.Fatal(err)
		}
	}
	st := read[ui.State](r, "/api/state")
	if len(st.Work) != 5 || st.Work[0].Total != 105 || st.Work[0].State != "running" || st.Work[0].Result != nil {
		t.Fatalf("%+v", st.Work)
	}
	works := r.engine.View().State.Works
	for i, out := range []event.GoodsImported{
		{Asked: works[4].Asked, Rows: 7, Added: 7},
		{Asked: works[3].Asked, Code: string(fault.ImportRow), Args: map[string]string{"row": "2", "column": "price", "detail": "x"}},
	} {
		if err := r.engine.Report(t.Context(), "test", r.engine.View().Seq, out); err != nil {
			t.Fatal(i, err)
		}
	}
	st = read[ui.State](r, "/api/state")
	if w := st.Work[0]; w.State != "done" || w.Result == nil || w.Result.Added != 7 || w.Done != w.Total {
		t.Errorf("%+v", w)
	}
	if w := st.Work[1]; w.State != "failed" || w.Code != fault.ImportRow || w.Text == "" || w.Hint == "" {
		t.Errorf("%+v", w)
	}
}
