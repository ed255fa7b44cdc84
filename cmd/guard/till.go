package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"posbox/gokrazy/box"
	"posbox/ota"
	"posbox/pos/fault"
)

// till is posd and its screen, as the guard sees them.
type till struct {
	url    string // of /api/health
	run    string // folder of kiosk.json
	screen bool   // the station has one
	client http.Client

	answers atomic.Uint64 // counts them
}

// answerLimit is how long posd may take for an answer. It takes a millisecond.
const answerLimit = 5 * time.Second

func newTill(url, run string) *till {
	return &till{url: url, run: run, client: http.Client{Timeout: answerLimit, Transport: &http.Transport{DisableKeepAlives: true}}}
}

// health is what the guard reads of posd's.
type health struct {
	Selling   bool `json:"selling"`
	SaleOpen  bool `json:"sale_open"`
	ShiftOpen bool `json:"shift_open"`
	Journal   struct {
		Seq uint64 `json:"seq"`
	} `json:"journal"`
}

// ask asks posd. A till that cannot sell answers, too.
func (t *till) ask(ctx context.Context) (h health, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, t.url, nil)
	if err != nil {
		return h, err
	}
	resp, err := t.client.Do(req)
	if err != nil {
		return h, err
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(io.LimitReader(resp.Body, 1<<20)).Decode(&h); err != nil {
		return h, err
	}
	t.answers.Add(1)
	return h, nil
}

// look says how the box is.
func (t *till) look(ctx context.Context) ota.Vitals {
	h, err := t.ask(ctx)
	return ota.Vitals{Till: err == nil && h.Selling, Journal: h.Journal.Seq, Screen: !t.screen || t.painted()}
}

// kiosk is what the kiosk tells of the screen.
type kiosk struct {
	State string `json:"state"`
}

// kioskFile is the kiosk's.
const kioskFile = "kiosk.json"

func (t *till) painted() bool {
	var k kiosk
	return box.Get(t.run, kioskFile, &k) == nil && k.State == "painted"
}

// moment says what stands in the way of a restart. A till that does not answer is not asked twice: nobody can have pressed
// the button there.
func (t *till) moment(ctx context.Context) (ota.Moment, uint64, error) {
	h, err := t.ask(ctx)
	if err != nil {
		return ota.Moment{}, 0, fault.Wrap(err, fault.TillBusy)
	}
	return ota.Moment{SaleOpen: h.SaleOpen, ShiftOpen: h.ShiftOpen, Battery: battery("/sys/class/power_supply")}, h.Journal.Seq, nil
}

// battery is the charge in percent of a machine that runs on its battery now; -1 of any other.
func battery(class string) int {
	all, _ := filepath.Glob(filepath.Join(class, "*"))
	for _, dir := range all {
		word := func(name string) string {
			b, _ := os.ReadFile(filepath.Join(dir, name))
			return strings.TrimSpace(string(b))
		}
		if word("type") != "Battery" || word("status") != "Discharging" || word("scope") == "Device" {
			continue
		}
		if n, err := strconv.Atoi(word("capacity")); err == nil && n >= 0 && n <= 100 {
			return n
		}
	}
	return -1
}
