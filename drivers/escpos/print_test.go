package escpos

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"posbox/drivers/escpos/virtual/printer"
	"posbox/pos/fault"
)

const testLines = 8 // 24 rows, four bands

func TestPrint(t *testing.T) {
	for _, model := range []printer.Model{printer.Prove, printer.Old} {
		t.Run(string(model), func(t *testing.T) {
			withRig(t, printer.Options{Model: model}, small, func(r *rig) {
				r.ready()
				for i := range 3 {
					res, err := r.p.Print(r.ctx, lines(pageTag, testLines), nil)
					if want := (Result{Started: true, Proven: 4, Bands: 4, Proof: true}); err != nil || res != want {
						t.Fatalf("got %+v, %v; want %+v", res, err, want)
					}
					if r.v.Receipts() != i+1 {
						t.Fatalf("%d receipts", r.v.Receipts())
					}
				}
				page, _ := r.v.Receipt(2)
				if got := rows(t, page, 0); !slices.Equal(got, count(testLines*lineRows)) {
					t.Errorf("paper: %v", got)
				}
				if u := r.v.Unknown(); model == printer.Prove && len(u) > 0 {
					t.Errorf("the printer does not know %v", u)
				}
			})
		})
	}
}

// TestStillness is paper-out, open cover and a jam at every byte: the page comes out exactly once, and is claimed only
// when it has.
func TestStillness(t *testing.T) {
	for _, kind := range []printer.Kind{printer.PaperOut, printer.Cover, printer.Error} {
		for _, model := range []printer.Model{printer.Prove, printer.Old} {
			t.Run(string(kind)+"/"+string(model), func(t *testing.T) {
				everyByte(t, func(t *testing.T, at int) bool { return stillAt(t, kind, model, at) })
			})
		}
	}
}

// everyByte calls f with 1, 2, … until f says that the byte was never reached.
func everyByte(t *testing.T, f func(t *testing.T, at int) bool) {
	step := 1
	if testing.Short() {
		step = 23
	}
	at := 1
	for ; f(t, at); at += step {
		if t.Failed() {
			t.Fatalf("at byte %d", at)
		}
	}
	if at < 200 {
		t.Errorf("reached only byte %d of the page", at)
	}
}

func stillAt(t *testing.T, kind printer.Kind, model printer.Model, at int) (reached bool) {
	withRig(t, printer.Options{Model: model}, small, func(r *rig) {
		r.ready()
		r.inject(kind, at)
		j := r.print(lines(pageTag, testLines), lines(markTag, 1))
		time.Sleep(900 * time.Millisecond)
		reached = len(r.v.Faults()) > 0
		if reached {
			if s := r.p.Status(); s.Ready() || s.Fault() == fault.PrinterOffline {
				t.Errorf("status after 0.9 s: %+v", s)
			}
			time.Sleep(5 * time.Second)
			got := rows(t, r.v.Paper(), 1)
			if j.ended() && (j.err != nil || !j.result.Proof || len(got) != testLines*lineRows) {
				t.Errorf("ended before the cure: %+v %v, paper %v", j.result, j.err, got)
			}
			r.v.Cure()
		}
		res, err := j.wait(t, 10*time.Second)
		if err != nil || !res.Proof {
			t.Errorf("%+v, %v", res, err)
		}
		if got := rows(t, r.v.Paper(), 1); !slices.Equal(got, count(testLines*lineRows)) {
			t.Errorf("paper: %v", got)
		}
		if r.v.Receipts() != 1 {
			t.Errorf("%d receipts", r.v.Receipts())
		}
	})
	return reached
}

// TestDisconnect drops the connection and the printer's buffer at every byte.
func TestDisconnect(t *testing.T) {
	for _, model := range []printer.Model{printer.Prove, printer.Old} {
		t.Run(string(model), func(t *testing.T) {
			everyByte(t, func(t *testing.T, at int) bool { return lostAt(t, model, at) })
		})
	}
}

func lostAt(t *testing.T, model printer.Model, at int) (reached bool) {
	withRig(t, printer.Options{Model: model}, small, func(r *rig) {
		r.ready()
		opens := r.opened()
		r.inject(printer.Disconnect, at)
		j := r.print(lines(pageTag, testLines), lines(markTag, 1))
		res, err := j.wait(t, 20*time.Second)
		if err != nil || !res.Proof {
			t.Errorf("%+v, %v", res, err)
		}
		got := rows(t, r.v.Paper(), 1)
		if err := checkContinued(got, testLines*lineRows, small.BandRows, DefaultWindow*small.BandRows); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		reached = r.opened() > opens
	})
	return reached
}

// TestStallAndLie make the printer untrustworthy at every byte. Nothing is claimed that is not on paper; after the cure
// the page comes out, continued behind a mark, or ends as not confirmed.
func TestStallAndLie(t *testing.T) {
	for _, kind := range []printer.Kind{printer.Stall, printer.Lie, printer.Mute, printer.Garbage, printer.Offline} {
		t.Run(string(kind), func(t *testing.T) {
			everyByte(t, func(t *testing.T, at int) bool { return untrueAt(t, kind, at) })
		})
	}
}

func untrueAt(t *testing.T, kind printer.Kind, at int) (reached bool) {
	withRig(t, printer.Options{}, small, func(r *rig) {
		r.ready()
		r.inject(kind, at)
		j := r.print(lines(pageTag, testLines), lines(markTag, 1))
		time.Sleep(4 * time.Second)
		reached = len(r.v.Faults()) > 0
		r.v.Cure()
		res, err := j.wait(t, 40*time.Second)
		got := rows(t, r.v.Paper(), 1)
		problem := checkContinued(got, testLines*lineRows, small.BandRows, DefaultWindow*small.BandRows)
		switch {
		case err == nil && (!res.Proof || problem != nil):
			t.Errorf("claimed %+v: %v", res, problem)
		case err != nil && (fault.CodeOf(err) != fault.PrinterSilent || res.Proof || kind == printer.Stall || kind == printer.Offline):
			t.Errorf("%+v, %v", res, err)
		case kind == printer.Mute && (problem != nil || r.v.Receipts() != 1):
			t.Errorf("not whole though the printer was well: %v, %d receipts", problem, r.v.Receipts())
		case res.Proven*small.BandRows > len(got):
			t.Errorf("claimed %d bands, paper %v", res.Proven, got)
		}
	})
	return reached
}

// A printer that lies or is mute to the end never gets its page claimed by GS ( H; one that is mute from the start counts
// as an old model.
func TestNeverProven(t *testing.T) {
	for _, c := range []struct {
		kind  printer.Kind
		model printer.Model
		proof bool
	}{{printer.Lie, printer.Prove, false}, {printer.Mute, printer.Prove, true}, {printer.PaperLow, printer.Dumb, false},
		{printer.PaperLow, printer.Prove, true}, {printer.Slow, printer.Prove, true}} {
		t.Run(string(c.kind)+"/"+string(c.model), func(t *testing.T) {
			withRig(t, printer.Options{Model: c.model}, small, func(r *rig) {
				time.Sleep(2 * time.Second)
				r.inject(c.kind, 0)
				for range 2 {
					res, err := r.print(lines(pageTag, testLines), nil).wait(t, 30*time.Second)
					if res.Proof != c.proof || !res.Started || (err == nil) != c.proof {
						t.Errorf("%+v, %v", res, err)
					}
					if err != nil && !errors.Is(err, fault.New(fault.PrinterSilent)) {
						t.Errorf("error %v", err)
					}
				}
				time.Sleep(time.Second) // it still prints what it has taken
				if r.v.Receipts() != 2 {
					t.Errorf("%d receipts: the page must come out whole even unproven", r.v.Receipts())
				}
				if s := r.p.Status(); s.Proves != c.proof || s.PaperNearEnd != (c.kind == printer.PaperLow) {
					t.Errorf("status %+v", s)
				}
			})
		})
	}
}

func TestCancelBeforeStart(t *testing.T) {
	withRig(t, printer.Options{}, small, func(r *rig) {
		r.ready()
		r.inject(printer.PaperOut, 0)
		time.Sleep(time.Second)
		before := len(r.v.Bytes())
		ctx, cancel := context.WithTimeout(r.ctx, 2*time.Second)
		defer cancel()
		res, err := r.p.Print(ctx, lines(pageTag, testLines), nil)
		if res.Started || res.Bands != 4 || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%+v, %v", res, err)
		}
		r.v.Cure()
		time.Sleep(3 * time.Second)
		if got := rows(t, r.v.Paper(), 0); len(got) > 0 || r.v.Receipts() > 0 {
			t.Errorf("printed %v though given up", got)
		}
		if after := r.v.Bytes()[before:]; slices.Contains(after, gs) {
			t.Errorf("sent % X", after)
		}
	})
}

// A page given up in the middle leaves nothing behind in the printer.
func TestCancelAtEveryByte(t *testing.T) {
	everyByte(t, func(t *testing.T, at int) (reached bool) {
		withRig(t, printer.Options{}, small, func(r *rig) {
			r.ready()
			r.inject(printer.PaperOut, at)
			j := r.print(lines(pageTag, testLines), nil)
			time.Sleep(time.Second)
			if reached = len(r.v.Faults()) > 0; !reached || j.ended() {
				return
			}
			j.cancel()
			<-j.done
			if !j.result.Started || j.result.Proof || !errors.Is(j.err, context.Canceled) {
				t.Errorf("%+v, %v", j.result, j.err)
			}
			time.Sleep(time.Second)
			before := len(rows(t, r.v.Paper(), 0))
			if before < j.result.Proven*small.BandRows {
				t.Errorf("claimed %d bands of %d rows", j.result.Proven, before)
			}
			r.v.Cure()
			time.Sleep(2 * time.Second)
			if after := len(rows(t, r.v.Paper(), 0)); after != before {
				t.Errorf("%d rows more came out after the cure", after-before)
			}
			r.v.Reset()
			res, err := r.print(lines(pageTag, 2), nil).wait(t, 5*time.Second)
			if err != nil || !res.Proof || !slices.Equal(rows(t, r.v.Paper(), 0), count(2*lineRows)) {
				t.Errorf("the next page: %+v, %v, %v", res, err, rows(t, r.v.Paper(), 0))
			}
		})
		return reached
	})
}

// A buffer smaller than believed, a standing printer and a lost connection: the rest of the broken-off picture must not
// swallow the continuation.
func TestBrokenOffPicture(t *testing.T) {
	for size := 64; size < 160; size += 7 {
		withRig(t, printer.Options{Buffer: size}, small, func(r *rig) {
			r.ready()
			r.inject(printer.PaperOut, 1)
			j := r.print(lines(pageTag, testLines), lines(markTag, 1))
			time.Sleep(time.Second)
			j.cancel() // the writer is stuck in a picture: the connection goes
			<-j.done
			r.v.Cure()
			time.Sleep(4 * time.Second)
			r.v.Reset()
			res, err := r.print(lines(pageTag, testLines), nil).wait(t, 10*time.Second)
			if err != nil || !res.Proof {
				t.Fatalf("buffer %d: %+v, %v", size, res, err)
			}
			if got := rows(t, r.v.Paper(), 0); !slices.Equal(got, count(testLines*lineRows)) {
				t.Errorf("buffer %d: paper %v", size, got)
			}
		})
	}
}

// A printer whose buffer is smaller than believed lets no status question through while it stands still: the driver knows
// why from ASB, waits, and prints once.
func TestStandingWithFullBuffer(t *testing.T) {
	opts := Options{Width: 384, BandRows: 30}
	withRig(t, printer.Options{Buffer: 64}, opts, func(r *rig) {
		r.ready()
		opens := r.opened()
		r.inject(printer.PaperOut, 60)
		page := lines(pageTag, 40)
		page.Width = 384
		pix := make([]byte, 48*page.Height)
		for y := range page.Height {
			copy(pix[48*y:], page.Pix[4*y:4*y+4])
		}
		page.Pix = pix
		j := r.print(page, lines(markTag, 1))
		time.Sleep(10 * time.Second)
		if s := r.p.Status(); s.Fault() != fault.PrinterPaper || r.opened() != opens {
			t.Errorf("%+v after %d connections", s, r.opened()-opens)
		}
		r.v.Cure()
		if res, err := j.wait(t, 10*time.Second); err != nil || !res.Proof {
			t.Errorf("%+v, %v", res, err)
		}
		if got := rows(t, r.v.Paper(), 1); !slices.Equal(got, count(40*lineRows)) {
			t.Errorf("paper %v", got)
		}
	})
}

// The connection goes while the printer stands still and keeps what it holds: that must not come out besides the
// continuation.
func TestUnpluggedWhileStanding(t *testing.T) {
	everyByte(t, func(t *testing.T, at int) (reached bool) {
		withRig(t, printer.Options{}, small, func(r *rig) {
			r.ready()
			r.inject(printer.PaperOut, at)
			j := r.print(lines(pageTag, testLines), lines(markTag, 1))
			time.Sleep(time.Second)
			reached = len(r.v.Faults()) > 0
			before := len(rows(t, r.v.Paper(), 1))
			ended := j.ended()
			r.unplug()
			time.Sleep(2 * time.Second)
			r.v.Cure()
			res, err := j.wait(t, 10*time.Second)
			if err != nil || !res.Proof {
				t.Errorf("%+v, %v", res, err)
			}
			got := rows(t, r.v.Paper(), 1)
			if err := checkContinued(got, testLines*lineRows, small.BandRows, DefaultWindow*small.BandRows); err != nil {
				t.Error(err)
			}
			if !ended && before < len(got) && got[before] >= 0 {
				t.Errorf("went on without a mark after row %d: %v", before-1, got)
			}
		})
		return reached
	})
}

func TestRefusesWrongPages(t *testing.T) {
	p := New(nil, small)
	short := lines(pageTag, 2)
	short.Pix = short.Pix[:len(short.Pix)-1]
	wide := lines(pageTag, 2)
	wide.Width, wide.Pix = 576, make([]byte, 72*wide.Height)
	odd := lines(pageTag, 2)
	odd.Width = 31
	for _, page := range []*pageAlias{nil, short, wide, odd} {
		if res, err := p.Print(t.Context(), page, nil); err == nil || res.Started {
			t.Errorf("%+v: %+v, %v", page, res, err)
		}
	}
	if _, err := p.Print(t.Context(), lines(pageTag, 1), wide); err == nil {
		t.Error("took a mark that is too wide")
	}
}
