package main

import (
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"posbox/gokrazy/box"
	"posbox/web/browser"
)

// screenBox is a box with its screen, keyboard and scanner, and a shop.
type screenBox struct {
	*till
	disk *cutDisk
	dir  string
	m    *monitor
}

// TestScreen starts the box with its screen, sells at it, takes its programs away and pulls its plug. It is one test because
// a start with the screen takes most of a minute.
func TestScreen(t *testing.T) {
	inTurnFirst(t)
	o, err := theImage()
	unless(t, err)
	s := &screenBox{dir: t.TempDir(), disk: newCutDisk(t, o.out)}
	s.power(t)
	s.wait(handedOver)
	s.wait(permMade)
	s.wait(tillReady)
	if status, _ := s.get("/api/state"); status != http.StatusUnauthorized && status != http.StatusForbidden {
		t.Errorf("without a token the state answers %d", status)
	}
	s.wait("posbox: screen painted")
	s.furnish()
	for _, step := range []struct {
		name string
		do   func(t *testing.T)
	}{
		{"Sale", s.sells}, {"Picture", s.isThePage}, {"Warned", s.warned}, {"SecondScreen", s.second}, {"KioskKilled", s.kioskKilled}, {"TillKilled", s.tillKilled},
		{"Closed", s.closed},
	} {
		t.Run(step.name, func(t *testing.T) {
			s.guest.t, s.m.t = t, t
			defer func() { s.guest.t, s.m.t = s.disk.t, s.disk.t }()
			if len(s.basket().Lines) > 0 {
				s.do("basket.drop", nil)
			}
			step.do(t)
			snap(t, "end", s.m.picture(0))
		})
	}
	s.cuts(t)
	if long() {
		s.guest.cut()
		t.Run("Blank", blankKiosk)
	}
}

// cuts pulls the plug of a box with its screen, twice.
func (s *screenBox) cuts(t *testing.T) {
	c := &clerk{good: milk}
	for range 2 {
		c.takeOver(s.till)
		c.sellUntilCut(s.disk)
		s.power(t)
		s.wait(tillReady)
		if strings.Contains(s.console(), permMade) {
			t.Error("/perm was made again")
		}
		s.till = s.asScreen()
	}
	c.takeOver(s.till)
	t.Log(c)
	s.wait("posbox: screen painted")
}

// snap shows what was seen where the test was asked to: POSBOX_PICTURES is a folder.
func snap(t *testing.T, name string, picture image.Image) {
	dir := os.Getenv("POSBOX_PICTURES")
	if dir == "" {
		return
	}
	f, err := os.Create(filepath.Join(dir, strings.ReplaceAll(t.Name(), "/", "-")+"-"+name+".png"))
	must(t, err)
	defer f.Close()
	must(t, png.Encode(f, picture))
}

// power starts the box.
func (s *screenBox) power(t *testing.T) {
	t.Helper()
	o := s.disk.options()
	o.screens, o.qmp, o.lan = 2, filepath.Join(s.dir, "qmp"), true
	// A second screen can be plugged in at the card's second output.
	o.more = append(slices.Clone(hands), "-vnc", "unix:"+s.vnc()+",display="+screensDevice+",head=1")
	os.Remove(o.qmp)
	s.till = &till{guest: power(t, o)}
	s.m = watch(t, o.qmp)
}

func (s *screenBox) vnc() string { return filepath.Join(s.dir, "vnc") }

// Goods of the shop.
const (
	milk, milkPrice   = "1001", "4200"
	bread, breadPrice = "4006381333931", "2300" // by its barcode
)

// furnish makes the shop: its owner, who is logged in, goods, an open shift.
func (s *screenBox) furnish() {
	s.t.Helper()
	s.till = s.asScreen()
	s.do("seller.set", object{"code": "9", "name": "Эзэн", "password": "9999", "role": "owner"})
	s.do("seller.login", object{"code": "9", "password": "9999"})
	for _, g := range []object{
		{"code": milk, "name": "Сүү 1 л", "price": milkPrice, "barcodes": []string{}},
		{"code": "1002", "name": "Талх", "price": breadPrice, "barcodes": []string{bread}},
	} {
		for field, usual := range (object{"category": "", "unit": "ш", "tax_included": true, "tax": "VAT_ABLE", "city_tax": false, "class_code": "", "tax_product_code": "", "weighed": false, "active": true}) {
			g[field] = usual
		}
		s.do("good.set", object{"good": g})
	}
	s.do("shift.open", object{"float": "0"})
}

// basket is what the till's state says of the one in front.
type basket struct {
	Total string
	Lines []struct{ Name string }
}

func (s *screenBox) basket() (b basket) {
	s.t.Helper()
	var state struct{ Basket *basket }
	s.call(http.MethodGet, "/api/state", nil, &state)
	if state.Basket != nil {
		b = *state.Basket
	}
	return b
}

// glance is how often the screen is looked at. Each look stops the emulator for a moment.
const glance = time.Second

// until waits.
func (s *screenBox) until(what string, so func() bool) {
	s.t.Helper()
	for end := ending(s.t, screenLimit); !so(); time.Sleep(glance) {
		if time.Now().After(end) {
			s.t.Errorf("not in time: %s", what) // before what may itself come too late
			snap(s.t, "late", s.m.picture(0))
			s.t.Fatal(s.logs())
		}
	}
}

// rendered is a page of the till as a browser on this machine shows it, in the size of the box's screen.
func (s *screenBox) rendered(t *testing.T, size image.Point) *browser.Page {
	t.Helper()
	p := browser.Open(t).Blank(t)
	p.Size(int64(size.X), int64(size.Y))
	p.Zone("Asia/Ulaanbaatar")
	p.Go(s.url + "/?token=" + s.token)
	return p
}

// selling waits until the box shows the till with so many lines in the basket, as a browser here does.
func (s *screenBox) selling(t *testing.T, lines int) (shown image.Image) {
	t.Helper()
	p := s.rendered(t, s.m.picture(0).Bounds().Size())
	p.Stage("sell")
	p.Count("line", lines)
	shown = s.likePage(0, p)
	p.Outage(true) // the till may go away now
	p.Go("about:blank")
	return shown
}

func pictureOf(t *testing.T, p *browser.Page) image.Image {
	t.Helper()
	p.Settle()
	picture, err := png.Decode(strings.NewReader(string(p.Picture())))
	must(t, err)
	return picture
}

// logs are the newest of the kiosk's.
func (s *screenBox) logs() string {
	s.t.Helper()
	var answer struct {
		Logs []struct {
			Time, Msg string
			Attrs     struct{ Program string }
		}
	}
	s.call(http.MethodGet, "/api/logs?of=box&limit=300", nil, &answer)
	var text strings.Builder
	for _, l := range answer.Logs {
		if l.Attrs.Program == "kiosk" {
			fmt.Fprintln(&text, l.Time, l.Msg)
		}
	}
	return text.String()
}

// likePage waits until a screen of the box shows what a page does.
func (s *screenBox) likePage(output int, p *browser.Page) (shown image.Image) {
	s.t.Helper()
	begin := time.Now()
	for end := ending(s.t, screenLimit); ; time.Sleep(glance) {
		shown = s.m.picture(output)
		page := pictureOf(s.t, p)
		n := unlike(shown, page)
		if n <= alike {
			s.t.Logf("%d of %d patches differ, up to %d may", n, len(patches(shown)), alike)
			return shown
		}
		if time.Now().After(end) {
			snap(s.t, "shown", shown)
			snap(s.t, "wanted", page)
			s.t.Fatalf("after %v screen %d and page differ in %d of %d patches", time.Since(begin).Round(time.Second), output, n, len(patches(shown)))
		}
	}
}

// isThePage holds what stands on the screen against the same page in a browser on this machine.
func (s *screenBox) isThePage(t *testing.T) {
	for _, code := range []string{milk, bread} {
		s.do("line.scan", object{"code": code})
	}
	p := s.rendered(t, s.m.picture(0).Bounds().Size())
	p.Stage("sell")
	p.Count("line", 2)
	shown := s.likePage(0, p)
	// It can fail: another total, another page.
	p.Do("document.querySelector(" + browser.Hold("total") + ").textContent = '1 000 ₮'")
	if other := unlike(shown, pictureOf(t, p)); other <= alike {
		t.Errorf("another total differs in %d patches only", other)
	}
	p.Go(s.url + "/#/display")
	p.Settle()
	if other := unlike(shown, pictureOf(t, p)); other <= 10*alike {
		t.Errorf("the buyer's page differs in %d patches only", other)
	}
}

// warned: a till that has joined nobody, and into which nobody has put a stick, says that its sales are nowhere else, and what to do.
func (s *screenBox) warned(t *testing.T) {
	s.selling(t, 0)
	var state struct {
		Devices []struct{ Kind, State, Text, Hint string }
	}
	s.call(http.MethodGet, "/api/state", nil, &state)
	i := slices.IndexFunc(state.Devices, func(d struct{ Kind, State, Text, Hint string }) bool { return d.Kind == "copy" })
	if i < 0 || state.Devices[i].State == "ok" || state.Devices[i].Text == "" || state.Devices[i].Hint == "" {
		t.Fatalf("nothing is said of copies: %+v", state.Devices)
	}
	p := s.rendered(t, s.m.picture(0).Bounds().Size())
	p.Go(s.url + "/#/devices")
	p.Shown("device", "kind", "copy")
	s.m.types("home", "d")
	snap(t, "shown", s.likePage(0, p))
	s.m.types("esc")
}

// sells: a code by the keyboard, one by the scanner, F9 and Enter make one sale.
func (s *screenBox) sells(t *testing.T) {
	s.selling(t, 0) // what other steps did to the basket may still be on its way to a busy screen
	before := s.sales()
	s.m.types("1", "0", "0", "1", "ret")
	s.until("the milk is in the basket", func() bool { return s.basket().Total == milkPrice+".00" })
	s.scan("the bread, too", bread, func() bool { return len(s.basket().Lines) == 2 })
	s.m.types("f9", "ret")
	s.until("it is sold", func() bool { return len(s.sales()) > len(before) })
	time.Sleep(2 * time.Second) // whatever else these keys might do
	after := s.sales()
	if len(after) != len(before)+1 || after[len(after)-1].Total != "6500.00" {
		t.Errorf("sold: %+v, before: %+v", after, before)
	}
	if b := s.basket(); len(b.Lines) != 0 {
		t.Errorf("in the basket after it: %+v", b)
	}
	snap(t, "shown", s.m.picture(0))
}

// scan scans until something is so, again after a while. The emulated keyboard holds eight keys and drops the others: a guest that
// stands still for a tenth of a second has not read the whole code.
func (s *screenBox) scan(what, code string, so func() bool) {
	s.t.Helper()
	for range 3 {
		s.m.scans(code)
		for end := ending(s.t, screenLimit/4); time.Now().Before(end); time.Sleep(glance) {
			if so() {
				return
			}
		}
		s.t.Log("scanned once more: ", what)
		s.m.types("esc") // what came of it
	}
	s.until(what, so)
}

// second: a screen that is plugged in shows the buyer what is sold, and the till stays where it is.
func (s *screenBox) second(t *testing.T) {
	s.do("line.scan", object{"code": bread})
	till := s.selling(t, 1)
	must(t, plug(s.vnc(), 1024, 600))
	p := s.rendered(t, image.Pt(1024, 600))
	p.Go(s.url + "/#/display")
	p.Shown("display-line")
	s.likePage(1, p)
	snap(t, "second", s.m.picture(1))
	s.until("the first is the till's", func() bool { return unlike(s.m.picture(0), till) <= 4*alike }) // the display is told among the devices
	must(t, plug(s.vnc(), 0, 0))
	s.until("the till stays when the buyer's screen goes", func() bool { return unlike(s.m.picture(0), till) <= 4*alike })
}

// kill takes a program away.
func (s *screenBox) kill(name string) {
	s.t.Helper()
	resp, err := http.Post(s.inside+"/kill/"+name, "", nil)
	must(s.t, err)
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusConflict { // it does not run just now
		s.t.Fatalf("kill %s: %s", name, resp.Status)
	}
}

// screen is what the kiosk says of itself.
func (s *screenBox) screen() (now box.Screen) {
	s.t.Helper()
	json.Unmarshal([]byte(s.look(box.Run+"/"+box.ScreenFile)), &now)
	return now
}

// kioskKilled: what shows the till comes back by itself.
func (s *screenBox) kioskKilled(t *testing.T) {
	s.do("line.scan", object{"code": milk})
	shown := s.selling(t, 1)
	for _, program := range []string{"chromium", "kiosk"} {
		since := s.screen().Since
		begin := time.Now()
		s.kill(program)
		s.until("it is painted again", func() bool { now := s.screen(); return now.State == box.ScreenPainted && now.Since.After(since) })
		t.Logf("%s killed: painted again after %.0f s", program, time.Since(begin).Seconds())
		s.until("and shows what it showed", func() bool { return unlike(s.m.picture(0), shown) <= alike })
	}
}

// tillKilled: a till that stays away is told on the screen; it comes back with its basket.
func (s *screenBox) tillKilled(t *testing.T) {
	s.do("line.scan", object{"code": bread})
	before, shown := s.basket(), s.selling(t, 1)
	s.until("the screen says that the till is away", func() bool {
		s.kill("posd")
		return s.screen().State == box.ScreenTrouble
	})
	s.until("it shows it", func() bool {
		s.kill("posd")
		return unlike(s.m.picture(0), shown) > 10*alike
	})
	snap(t, "shown", s.m.picture(0))
	s.until("the till is back", func() bool { return s.screen().State == box.ScreenPainted })
	s.until("as it was", func() bool { return unlike(s.m.picture(0), shown) <= alike })
	if after := s.basket(); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("basket before %+v, after %+v", before, after)
	}
}

// closed: with browser, compositor and a network nothing listens to anybody outside.
func (s *screenBox) closed(t *testing.T) {
	var n box.Network
	s.tells(box.NetFile, &n, func() bool { return n.State == box.NetOnline })
	nothingListens(t, s.guest)
	readOnly(t, s.guest)
	s.confined(t)
}

// confined: the browser is nobody special, and what draws pages may do hardly anything.
func (s *screenBox) confined(t *testing.T) {
	resp, err := http.Get(s.inside + "/rights")
	must(t, err)
	defer resp.Body.Close()
	var all []struct {
		Program  string
		User     int
		Powers   uint64
		Apart    bool
		Filtered bool
	}
	must(t, json.NewDecoder(resp.Body).Decode(&all))
	browsers, filtered := 0, 0
	for _, p := range all {
		if p.Program != "chromium" {
			continue
		}
		if browsers++; p.User != 1000 || p.Powers != 0 && !p.Apart { // what makes sandboxes may do so, in a world of its own
			t.Errorf("a process of the browser has rights: %+v", p)
		}
		if p.Filtered {
			filtered++
		}
	}
	if t.Logf("%d processes of the browser, %d in its sandbox", browsers, filtered); filtered == 0 {
		t.Errorf("none is in a sandbox: %+v", all)
	}
}
