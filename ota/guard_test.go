package ota

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"posbox/gokrazy/bootdisk"
	"posbox/gokrazy/loader"
	"posbox/pos/fault"
	"posbox/release"
)

func momentOf(s shop) func(context.Context) (Moment, uint64, error) {
	return func(context.Context) (Moment, uint64, error) { return s.moment, s.journal, nil }
}

func lookOf(s shop) func(context.Context) Vitals {
	return func(context.Context) Vitals { return s.vitals }
}

// update takes a bundle in and tries it.
func (m *machine) update(g *Guard, bundle []byte) error {
	if err := g.Install(bytes.NewReader(bundle)); err != nil {
		return err
	}
	return g.Try(m.t.Context(), false)
}

// wants demands what runs.
func wants(t *testing.T, g *Guard, slot string, version release.Version, phase Phase) {
	t.Helper()
	if s := g.Status(); s.Slot != slot || s.Version != version || s.Phase != phase {
		t.Fatalf("slot %s, version %d, %s; want %s, %d, %s", s.Slot, s.Version, s.Phase, slot, version, phase)
	}
}

// TestGoodUpdates: one version after the other, each into the other slot, each confirmed.
func TestGoodUpdates(t *testing.T) {
	m := newMachine(t)
	slot := "a"
	for n := release.Version(8); n <= 10; n++ {
		g := m.start(quiet())
		wants(t, g, slot, n-1, Idle)
		must(t, m.update(g, makeVersion(n).bundle(t, nil)))
		if s := g.Status(); s.Phase != Restarting || s.Offered != n {
			t.Fatalf("%+v", s)
		}
		slot = map[string]string{"a": "b", "b": "a"}[slot]
		g = m.start(quiet())
		wants(t, g, slot, n, Trial)
		if err := g.Install(bytes.NewReader(makeVersion(n+1).bundle(t, nil))); fault.CodeOf(err) != fault.UpdateBusy {
			t.Errorf("the way back could be written over: %v", err)
		}
		g.Run(t.Context())
		wants(t, g, slot, n, Idle)
		if l := g.Status().Last; !reflect.DeepEqual(l, &Outcome{Version: n, From: n - 1, Result: Confirmed}) {
			t.Errorf("last: %+v", l)
		}
		// Also where the firmware has forgotten its variables, the new version starts.
		must(t, m.vars.Clear(loader.Default))
		g = m.start(quiet())
		wants(t, g, slot, n, Idle)
	}
	if m.restarts != 0+3 {
		t.Errorf("%d restarts for three updates", m.restarts)
	}
}

// TestBadUpdates: whatever is not well, the next start is the old version's, and it says why.
func TestBadUpdates(t *testing.T) {
	for name, c := range map[string]struct {
		vitals Vitals
		want   fault.Code
	}{
		"till does not sell": {Vitals{Screen: true}, fault.UpdateTill},
		"screen stays blank": {Vitals{Till: true, Journal: 100}, fault.UpdateScreen},
		"records are gone":   {Vitals{Till: true, Journal: 99, Screen: true}, fault.UpdateJournal},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t)
			for try := 1; try <= MaxTries; try++ {
				g := m.start(quiet())
				must(t, m.update(g, makeVersion(8).bundle(t, nil)))
				bad := quiet()
				bad.vitals = c.vitals
				g = m.start(bad)
				wants(t, g, "b", 8, Trial)
				g.Run(t.Context())
				wants(t, g, "b", 8, Restarting)
				g = m.start(quiet())
				want := Ready
				if try == MaxTries {
					want = Idle
				}
				wants(t, g, "a", 7, want)
				if l := g.Status().Last; l.Result != RolledBack || l.Code != c.want || l.Version != 8 || g.Status().Seen {
					t.Errorf("last: %+v", l)
				}
				g.See()
				if g = m.start(quiet()); !g.Status().Seen {
					t.Error("what a person has seen is told again")
				}
			}
			g := m.start(quiet())
			if err := g.Install(bytes.NewReader(makeVersion(8).bundle(t, nil))); fault.CodeOf(err) != fault.UpdateBlocked {
				t.Errorf("a version that failed twice: %v", err)
			}
			if b := g.Status().Blocked; len(b) != 1 || b[0] != 8 {
				t.Errorf("blocked: %v", b)
			}
			must(t, m.update(g, makeVersion(9).bundle(t, nil)))
			g = m.start(quiet())
			g.Run(t.Context())
			wants(t, g, "b", 9, Idle)
			if b := g.Status().Blocked; len(b) != 0 {
				t.Errorf("still blocked: %v", b)
			}
		})
	}
}

// TestTrialThatDies: a start that never reaches its guard says nothing, and the old version knows all the same.
func TestTrialThatDies(t *testing.T) {
	m := newMachine(t)
	must(t, m.update(m.start(quiet()), makeVersion(8).bundle(t, nil)))
	if slot, n := m.firmware(); slot != bootdisk.B || n != 8 {
		t.Fatalf("tried %s %d", slot, n)
	}
	g := m.start(quiet())
	wants(t, g, "a", 7, Ready)
	if l := g.Status().Last; l.Result != RolledBack || l.Code != fault.UpdateCut {
		t.Errorf("last: %+v", l)
	}
	// What is still there can be tried again without bringing it.
	must(t, g.Try(t.Context(), false))
	g = m.start(quiet())
	g.Run(t.Context())
	wants(t, g, "b", 8, Idle)
}

// TestRefused: each reason has its code, and nothing has changed.
func TestRefused(t *testing.T) {
	whole := makeVersion(8).bundle(t, nil)
	for name, c := range map[string]struct {
		bundle []byte
		want   fault.Code
	}{
		"another station":    {makeVersion(8).bundle(t, func(m *release.Manifest) { m.Station = "pi" }), fault.UpdateStation},
		"the same version":   {makeVersion(7).bundle(t, nil), fault.UpdateOlder},
		"an older version":   {makeVersion(6).bundle(t, nil), fault.UpdateOlder},
		"unsigned":           {append(bytes.Clone(whole[:20]), append([]byte{0}, whole[21:]...)...), fault.UpdateUnsigned},
		"tampered":           {bytes.Replace(whole, []byte(`"version":8`), []byte(`"version":9`), 1), fault.UpdateSignature},
		"truncated":          {whole[:len(whole)-10], fault.UpdateTruncated},
		"truncated in front": {whole[:100], fault.UpdateTruncated},
		"empty":              {nil, fault.UpdateTruncated},
		"no bundle":          {bytes.Repeat([]byte("#!/bin/sh\n"), 100), fault.UpdateMalformed},
		"too large": {makeVersion(8).bundle(t, func(m *release.Manifest) { m.Parts[0].Size = partitionSize + 1 }),
			fault.UpdateTooLarge},
		"a part that nobody has": {makeVersion(8).bundle(t, nil, release.Root), fault.UpdateBase},
		"damaged":                {func() []byte { b := bytes.Clone(whole); b[len(b)-30] ^= 1; return b }(), fault.UpdateDamaged},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t)
			g := m.start(quiet())
			if err := g.Install(bytes.NewReader(c.bundle)); fault.CodeOf(err) != c.want {
				t.Errorf("%v, want %s", err, c.want)
			}
			if err := g.Try(t.Context(), true); fault.CodeOf(err) != fault.UpdateNotReady {
				t.Errorf("it can be tried: %v", err)
			}
			wants(t, m.start(quiet()), "a", 7, Idle)
		})
	}
	m := newMachine(t)
	g := m.start(quiet())
	g.o.Keys = nil
	if err := g.Install(bytes.NewReader(whole)); fault.CodeOf(err) != fault.UpdateUnsigned {
		t.Errorf("a box without keys: %v", err)
	}
	broken := errors.New("pulled")
	if err := m.start(quiet()).Install(io.MultiReader(bytes.NewReader(whole[:len(whole)/2]), iotest.ErrReader(broken))); fault.CodeOf(err) != fault.UpdateTruncated {
		t.Errorf("a stick that was pulled: %v", err)
	}
}

// TestNotNow: a sale is never interrupted; a shift only by someone who says so.
func TestNotNow(t *testing.T) {
	m := newMachine(t)
	must(t, m.start(quiet()).Install(bytes.NewReader(makeVersion(8).bundle(t, nil))))
	for name, c := range map[string]struct {
		moment Moment
		anyway bool
		want   fault.Code
	}{
		"sale open":           {Moment{SaleOpen: true, ShiftOpen: true, Battery: -1}, true, fault.UpdateSaleOpen},
		"shift open":          {Moment{ShiftOpen: true, Battery: -1}, false, fault.UpdateShiftOpen},
		"battery low":         {Moment{Battery: 29}, true, fault.UpdatePower},
		"shift open, told so": {Moment{ShiftOpen: true, Battery: 30}, true, ""},
	} {
		s := quiet()
		s.moment = c.moment
		g := m.start(s)
		wants(t, g, "a", 7, Ready)
		if err := g.Try(t.Context(), c.anyway); fault.CodeOf(err) != c.want {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		must(t, m.vars.Clear(loader.OneShot))
		must(t, os.RemoveAll(filepath.Join(m.dir, "perm", "update.json")))
	}
}

// TestShortBundle: what the running slot has need not travel.
func TestShortBundle(t *testing.T) {
	m := newMachine(t)
	must(t, m.update(m.start(quiet()), makeVersion(8).bundle(t, nil, release.Userland)))
	g := m.start(quiet())
	wants(t, g, "b", 8, Trial)
}

// TestMediumThatLies: what does not come back from the disk is not tried.
func TestMediumThatLies(t *testing.T) {
	m := newMachine(t)
	g := m.start(quiet())
	must(t, g.Install(bytes.NewReader(makeVersion(8).bundle(t, nil))))
	f, err := os.OpenFile(filepath.Join(m.dir, "root-b"), os.O_WRONLY, 0)
	must(t, err)
	f.WriteAt([]byte("rot"), 5000)
	f.Close()
	m.rotten = true
	g = m.start(quiet())
	wants(t, g, "a", 7, Ready)
	if err := g.Try(t.Context(), false); fault.CodeOf(err) != fault.UpdateWrite {
		t.Errorf("a slot that has rotted: %v", err)
	}
	wants(t, g, "a", 7, Idle)
}

// TestFirmwareThatForgets: no variable, no trial, and no try counted.
func TestFirmwareThatForgets(t *testing.T) {
	m := newMachine(t)
	g := m.start(quiet())
	g.o.Vars = deaf{cutVars{m}}
	if err := m.update(g, makeVersion(8).bundle(t, nil)); fault.CodeOf(err) != fault.UpdateFirmware {
		t.Errorf("%v", err)
	}
	if len(g.record.Tries) != 0 || g.record.Trial != nil || m.restarts != 0 {
		t.Errorf("%+v, %d restarts", g.record, m.restarts)
	}
	// In a trial it cannot be confirmed, so the old one comes back.
	g = m.start(quiet())
	must(t, g.Try(t.Context(), false))
	g = m.start(quiet())
	g.o.Vars = deaf{cutVars{m}}
	g.Run(t.Context())
	g = m.start(quiet())
	wants(t, g, "a", 7, Ready)
	if l := g.Status().Last; l.Code != fault.UpdateNoReturn {
		t.Errorf("%+v", l)
	}
}

type deaf struct{ cutVars }

func (deaf) SetSlot(string, bootdisk.Slot) error { return errors.New("NVRAM is full") }

// TestWithoutPerm: an update works where nothing can be remembered.
func TestWithoutPerm(t *testing.T) {
	m := newMachine(t)
	must(t, os.RemoveAll(filepath.Join(m.dir, "perm")), os.WriteFile(filepath.Join(m.dir, "perm"), nil, 0o644))
	must(t, m.update(m.start(quiet()), makeVersion(8).bundle(t, nil)))
	g := m.start(quiet())
	g.Run(t.Context())
	wants(t, g, "b", 8, Idle)
}

func TestDamagedRecord(t *testing.T) {
	m := newMachine(t)
	m.write("perm/update.json", []byte(`{"tries":{"8":`))
	wants(t, m.start(quiet()), "a", 7, Idle)
}

func TestTwoAtOnce(t *testing.T) {
	m := newMachine(t)
	g := m.start(quiet())
	r, w := io.Pipe()
	done := make(chan error)
	go func() { done <- g.Install(r) }()
	bundle := makeVersion(8).bundle(t, nil)
	w.Write(bundle[:200])
	if err := g.Install(strings.NewReader("x")); fault.CodeOf(err) != fault.UpdateBusy {
		t.Errorf("a second one: %v", err)
	}
	w.Write(bundle[200:])
	w.Close()
	must(t, <-done)
}

// TestPowerCuts: the power goes before every single change of a whole update, on media that keep or lose names that were
// not synced, into a slot that was never used or holds the version before. Whatever starts then is one whole version, and
// the same update goes through afterwards.
func TestPowerCuts(t *testing.T) {
	for name, lazy := range map[string]bool{"eager": false, "lazy": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cutEverywhere(t, lazy, 8, newMachine)
		})
		t.Run(name+" again", func(t *testing.T) {
			t.Parallel()
			cutEverywhere(t, lazy, 9, func(t testing.TB) *machine {
				m := newMachine(t)
				if !m.life(makeVersion(8).bundle(t, nil)) {
					t.Fatal("the power went")
				}
				return m
			})
		})
	}
}

func cutEverywhere(t *testing.T, lazy bool, n release.Version, fresh func(testing.TB) *machine) {
	bundle := makeVersion(n).bundle(t, nil)
	for cut := 0; ; cut++ {
		m := fresh(t)
		m.steps, m.budget, m.lazy = 0, cut, lazy
		if m.life(bundle) {
			t.Logf("%d changes in an update", m.steps)
			return
		}
		m.power()
		// A start more may be needed: the cut may have come after the trial was armed.
		g := m.start(quiet())
		g.Run(t.Context())
		g = m.start(quiet())
		if g.Status().Version < n {
			must(t, m.update(g, bundle))
			m.start(quiet()).Run(t.Context())
			g = m.start(quiet())
		}
		if s := g.Status(); s.Version != n || s.Phase != Idle || s.Last.Result != Confirmed {
			t.Fatalf("cut before change %d: %+v", cut, s)
		}
		os.RemoveAll(m.dir)
	}
}

// life is a whole update; false: the power went.
func (m *machine) life(bundle []byte) bool {
	g := m.start(quiet())
	if m.update(g, bundle) != nil || m.off {
		return false
	}
	g = m.start(quiet())
	if m.off {
		return false
	}
	g.Run(m.t.Context())
	return !m.off
}
