package wire

import (
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"posbox/journal"
	"posbox/pos/event"
)

func exampleBox() journal.Box { return journal.BoxOf(boxKey().Public().(ed25519.PublicKey)) }

// exampleHandovers is the answer of the worked example.
func exampleHandovers() Handovers {
	h := Handovers{Box: exampleBox().String(), Time: 1_790_000_001_000_000,
		Jobs: []Handover{{Job: event.JobOf(strings.Repeat("0a", 16), 7), Place: 4, PlaceName: "B", Return: []byte("{}"), Number: "1", Date: "2", Attempt: 3,
			Buyer: &event.Mended{Register: "7", Business: &event.Business{TIN: "8", Name: "N"}}}},
		Mine: []Handed{{Seq: 9, State: HandedDone, Number: "5"}}}
	h.Sign(baazKey())
	return h
}

func TestReadmeHandovers(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	h := exampleHandovers()
	for what, value := range map[string]string{"signed of the handovers": hex.EncodeToString(h.message()), "handovers' signature": h.Signature} {
		if !strings.Contains(flat(string(text)), flat(value)) {
			t.Errorf("README.md does not hold the %s:\n%s", what, value)
		}
	}
}

// What was signed cannot be changed, and is for one box.
func TestHandoversAreSigned(t *testing.T) {
	public := baazKey().Public().(ed25519.PublicKey)
	for name, change := range map[string]func(*Handovers){
		"job": func(h *Handovers) { h.Jobs[0].Job = event.JobOf(strings.Repeat("0a", 16), 8) }, "place": func(h *Handovers) { h.Jobs[0].Place++ },
		"place's name": func(h *Handovers) { h.Jobs[0].PlaceName = "" }, "return": func(h *Handovers) { h.Jobs[0].Return = []byte("[]") },
		"number": func(h *Handovers) { h.Jobs[0].Number = "" }, "date": func(h *Handovers) { h.Jobs[0].Date = "" }, "attempt": func(h *Handovers) { h.Jobs[0].Attempt++ },
		"no buyer": func(h *Handovers) { h.Jobs[0].Buyer = nil }, "buyer": func(h *Handovers) { h.Jobs[0].Buyer = &event.Mended{} },
		"buyer's number": func(h *Handovers) {
			h.Jobs[0].Buyer = &event.Mended{Register: "7", Business: &event.Business{TIN: "9", Name: "N"}}
		},
		"no job": func(h *Handovers) { h.Jobs = nil }, "seq": func(h *Handovers) { h.Mine[0].Seq++ }, "state": func(h *Handovers) { h.Mine[0].State = HandedWaits },
		"its number": func(h *Handovers) { h.Mine[0].Number = "" }, "none of mine": func(h *Handovers) { h.Mine = nil }, "time": func(h *Handovers) { h.Time++ },
		"moved": func(h *Handovers) { h.Jobs[0].Number, h.Jobs[0].Date = "12", "" }, "box": func(h *Handovers) { h.Box = strings.Repeat("0b", 16) },
		"signature": func(h *Handovers) { h.Signature = "00" },
	} {
		h := exampleHandovers()
		change(&h)
		text, _ := json.Marshal(h)
		if _, err := ReadHandovers(text, public, exampleBox()); !errors.Is(err, ErrHandovers) {
			t.Errorf("%s: changed and still taken: %v", name, err)
		}
	}
	many := exampleHandovers()
	many.Jobs = make([]Handover, MaxHandoverJobs+1)
	many.Sign(baazKey())
	text, _ := json.Marshal(many)
	if _, err := ReadHandovers(text, public, exampleBox()); !errors.Is(err, ErrHandovers) {
		t.Error("more jobs than there may be:", err)
	}
	text, _ = json.Marshal(exampleHandovers())
	if h, err := ReadHandovers(text, public, exampleBox()); err != nil || h.Jobs[0].Number != "1" || !h.SignedBy(public, exampleBox()) {
		t.Errorf("%+v, %v", h, err)
	}
	if _, err := ReadHandovers(text, public, journal.Box{9}); err == nil {
		t.Error("it is another box's")
	}
}

func TestHandoverBack(t *testing.T) {
	job := event.JobOf(strings.Repeat("0a", 16), 7)
	good := `{"of":{"bill":"` + string(event.BillOf("2026-11-28", 3, 17)) + `"},"lines":[{"no":1,"quantity":"-1"}]}`
	if r, err := (Handover{Job: job, Return: []byte(good)}).Back(); err != nil || len(r.Lines) != 1 {
		t.Fatalf("%+v, %v", r, err)
	}
	for name, h := range map[string]Handover{
		"no name": {Return: []byte(good)}, "no return": {Job: job}, "of no sale": {Job: job, Return: []byte(`{}`)},
		"of no bill":   {Job: job, Return: []byte(`{"of":{"bill":"x"}}`)},
		"a sale":       {Job: job, Return: []byte(strings.ReplaceAll(good, "-1\"", "1\""))},
		"too large":    {Job: job, Return: []byte(good + strings.Repeat(" ", MaxHandoverBack))},
		"another name": {Job: "0a/7", Return: []byte(good)}, "a leading zero": {Job: job[:33] + "07", Return: []byte(good)},
	} {
		if _, err := h.Back(); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func FuzzHandover(f *testing.F) {
	whole, _ := json.Marshal(exampleHandovers())
	f.Add(whole, []byte(`{"of":{"bill":"2026-11-28-3-0017"},"lines":[{"no":1,"quantity":"-1"}]}`), "0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a/7")
	f.Add([]byte(`{"jobs":[{}]}`), []byte(`{}`), "")
	public := baazKey().Public().(ed25519.PublicKey)
	f.Fuzz(func(t *testing.T, text, back []byte, name string) {
		if h, err := ReadHandovers(text, public, exampleBox()); err == nil && !h.SignedBy(public, exampleBox()) {
			t.Error("not signed and taken")
		}
		job := event.JobName(name)
		if box, seq, ok := job.Cut(); ok && event.JobOf(box, seq) != job {
			t.Errorf("%q is %q", job, event.JobOf(box, seq))
		}
		if r, err := (Handover{Job: job, Return: back}).Back(); err == nil && r.Of == nil {
			t.Error("a return of no sale")
		}
	})
}
