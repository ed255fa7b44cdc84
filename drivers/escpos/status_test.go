package escpos

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"posbox/drivers/escpos/virtual/printer"
	"posbox/pos/device"
	"posbox/pos/fault"
	"posbox/pos/paper"
)

type pageAlias = paper.Page

// Every state reaches OnStatus within a second, and goes again within three after the cure.
func TestStatusWithinASecond(t *testing.T) {
	for _, model := range []printer.Model{printer.Prove, printer.Old, printer.Dumb} {
		for _, c := range []struct {
			kind printer.Kind
			want fault.Code
		}{
			{printer.PaperOut, fault.PrinterPaper}, {printer.Cover, fault.PrinterCover}, {printer.Error, fault.PrinterError},
			{printer.Offline, fault.PrinterOffline}, {printer.Stall, fault.PrinterOffline},
		} {
			t.Run(string(model)+"/"+string(c.kind), func(t *testing.T) {
				withRig(t, printer.Options{Model: model}, small, func(r *rig) {
					time.Sleep(3 * time.Second)
					for range 3 { // at different moments of the polling round
						r.inject(c.kind, 0)
						r.within(time.Second, string(c.want), func(s device.Printer) bool { return s.Fault() == c.want })
						r.mu.Lock()
						if last := r.seen[len(r.seen)-1]; last != r.p.Status() {
							t.Errorf("OnStatus said %+v, Status %+v", last, r.p.Status())
						}
						r.mu.Unlock()
						time.Sleep(1700 * time.Millisecond)
						r.v.Cure()
						r.within(3*time.Second, "cured", device.Printer.Ready)
						time.Sleep(777 * time.Millisecond)
					}
				})
			})
		}
	}
}

func TestBusyAndProves(t *testing.T) {
	withRig(t, printer.Options{}, small, func(r *rig) {
		r.ready()
		r.inject(printer.PaperOut, 10)
		j := r.print(lines(pageTag, 4), nil)
		r.within(time.Second, "busy", func(s device.Printer) bool { return s.Busy && s.PaperEmpty && s.Proves })
		r.v.Cure()
		j.wait(t, 5*time.Second)
		r.within(time.Second, "idle", func(s device.Printer) bool { return !s.Busy })
	})
}

func TestBackoffAndRefusal(t *testing.T) {
	withRig(t, printer.Options{}, small, func(r *rig) {
		r.ready()
		r.mu.Lock()
		r.refuse = true
		r.opens = 0
		r.mu.Unlock()
		r.inject(printer.Disconnect, 0)
		time.Sleep(10 * time.Second)
		r.mu.Lock()
		opens := r.opens
		r.refuse = false
		r.mu.Unlock()
		if opens < 6 || opens > 12 { // 0.1 0.2 0.4 0.8 1.6 2 2 2 s
			t.Errorf("%d attempts in 10 s", opens)
		}
		r.within(2500*time.Millisecond, "back", device.Printer.Ready)
	})
}

func TestRunAndHalt(t *testing.T) {
	withRig(t, printer.Options{}, small, func(r *rig) {
		r.ready()
		if err := r.p.Run(r.ctx); err == nil {
			t.Error("ran twice")
		}
		r.inject(printer.PaperOut, 5)
		j := r.print(lines(pageTag, 4), nil)
		time.Sleep(time.Second)
		for range 2 {
			if err := r.p.Halt(); err != nil {
				t.Error(err)
			}
		}
		if res, err := j.wait(t, time.Second); fault.CodeOf(err) != fault.PrinterOffline || !res.Started || res.Proof {
			t.Errorf("%+v, %v", res, err)
		}
		if r.p.Status().Online || r.p.Status().Busy {
			t.Errorf("%+v", r.p.Status())
		}
		if _, err := r.p.Print(r.ctx, lines(pageTag, 1), nil); fault.CodeOf(err) != fault.PrinterOffline {
			t.Errorf("Print after Halt: %v", err)
		}
		if _, err := r.p.Kick(r.ctx); fault.CodeOf(err) != fault.PrinterOffline {
			t.Errorf("Kick after Halt: %v", err)
		}
	})
}

func TestHaltBeforeRun(t *testing.T) {
	p := New(nil, Options{})
	p.Halt()
	if err := p.Run(context.Background()); err == nil {
		t.Error("ran after Halt")
	}
}

// Drawer rules: once or never.
func TestKick(t *testing.T) {
	type step struct {
		name    string
		fault   printer.Kind
		job     bool
		kicks   int
		proven  bool
		code    fault.Code
		atMost  time.Duration
		quarter printer.Model
	}
	for _, c := range []step{
		{name: "ready", kicks: 1, proven: true, atMost: 100 * time.Millisecond},
		{name: "old model", quarter: printer.Old, kicks: 1, proven: true, atMost: 100 * time.Millisecond},
		{name: "dumb model", quarter: printer.Dumb, kicks: 1, atMost: 100 * time.Millisecond},
		{name: "paper out", fault: printer.PaperOut, kicks: 1, proven: true, atMost: 100 * time.Millisecond},
		{name: "cover open", fault: printer.Cover, kicks: 1, proven: true, atMost: 100 * time.Millisecond},
		{name: "paper out in a page", fault: printer.PaperOut, job: true, kicks: 1, proven: true, atMost: 100 * time.Millisecond},
		{name: "slow page", fault: printer.Slow, job: true, kicks: 1, proven: true, atMost: 500 * time.Millisecond},
		{name: "offline", fault: printer.Offline, code: fault.PrinterOffline, atMost: time.Millisecond},
		{name: "lies", fault: printer.Lie, kicks: 1, code: fault.PrinterSilent, atMost: 3 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			withRig(t, printer.Options{Model: c.quarter}, Options{Width: 384}, func(r *rig) {
				time.Sleep(3 * time.Second)
				if c.job && c.fault == printer.PaperOut {
					r.inject(c.fault, 100)
				} else if c.fault != "" {
					r.inject(c.fault, 0)
				}
				var j *printing
				if c.job {
					j = r.print(lines(pageTag, 60), nil)
				}
				time.Sleep(950 * time.Millisecond)
				began := time.Now()
				ctx, cancel := context.WithTimeout(r.ctx, 3*time.Second)
				defer cancel()
				proven, err := r.p.Kick(ctx)
				if proven != c.proven || fault.CodeOf(err) != c.code || time.Since(began) > c.atMost {
					t.Errorf("%v, %v after %v", proven, err, time.Since(began))
				}
				if r.v.Kicks() != c.kicks {
					t.Errorf("%d kicks", r.v.Kicks())
				}
				r.v.Cure()
				if j != nil {
					if res, err := j.wait(t, 10*time.Second); err != nil || !res.Proof {
						t.Errorf("page: %+v, %v", res, err)
					}
				}
				time.Sleep(5 * time.Second)
				if r.v.Kicks() != c.kicks {
					t.Errorf("%d kicks later", r.v.Kicks())
				}
			})
		})
	}
}

// A pulse that met paper-out, a lost connection or silence at any of its bytes is given once or never, and not later than
// its time.
func TestKickAtEveryByte(t *testing.T) {
	for _, kind := range []printer.Kind{printer.PaperOut, printer.Disconnect, printer.Stall, printer.Offline} {
		t.Run(string(kind), func(t *testing.T) {
			for at := 1; at < 30; at++ {
				withRig(t, printer.Options{}, small, func(r *rig) {
					r.ready()
					r.inject(kind, at)
					ctx, cancel := context.WithTimeout(r.ctx, 3*time.Second)
					defer cancel()
					proven, err := r.p.Kick(ctx)
					synctest.Wait()
					kicks := r.v.Kicks()
					if proven && (kicks != 1 || err != nil) || kicks > 1 {
						t.Errorf("at %d: proven %v, %v, %d kicks", at, proven, err, kicks)
					}
					time.Sleep(time.Second)
					r.v.Cure()
					time.Sleep(5 * time.Second)
					if r.v.Kicks() != kicks {
						t.Errorf("at %d: opened later", at)
					}
				})
			}
		})
	}
}

// A pulse that stands in a printer out of paper when the connection goes is cleared with the next one.
func TestKickLeftBehind(t *testing.T) {
	for at := 1; at < 5; at++ {
		withRig(t, printer.Options{}, small, func(r *rig) {
			r.ready()
			r.inject(printer.PaperOut, at)
			gone := make(chan struct{})
			go func() {
				defer close(gone)
				time.Sleep(100 * time.Millisecond)
				r.unplug()
			}()
			proven, err := r.p.Kick(r.ctx)
			<-gone
			if proven || fault.CodeOf(err) != fault.PrinterSilent {
				t.Errorf("at %d: %v, %v", at, proven, err)
			}
			time.Sleep(3 * time.Second)
			r.v.Cure()
			time.Sleep(3 * time.Second)
			if r.v.Kicks() != 0 {
				t.Errorf("at %d: opened later", at)
			}
		})
	}
}

// A printer that dies while it is out of paper is offline within a second, and the connection is made anew.
func TestDiesWhileOutOfPaper(t *testing.T) {
	withRig(t, printer.Options{}, small, func(r *rig) {
		r.ready()
		r.inject(printer.PaperOut, 30)
		j := r.print(lines(pageTag, testLines), nil)
		time.Sleep(2 * time.Second)
		opens := r.opened()
		r.inject(printer.Stall, 0)
		r.within(time.Second, "offline", func(s device.Printer) bool { return s.Fault() == fault.PrinterOffline })
		time.Sleep(2 * time.Second)
		if r.opened() == opens {
			t.Error("holds on to a dead connection")
		}
		r.v.Cure()
		j.wait(t, 10*time.Second)
	})
}

// While a picture is being written no pulse can go out; once its time is over it never does.
func TestKickBehindStuckWriter(t *testing.T) {
	withRig(t, printer.Options{Buffer: 64}, small, func(r *rig) {
		r.ready()
		r.inject(printer.PaperOut, 1)
		j := r.print(lines(pageTag, testLines), lines(markTag, 1))
		time.Sleep(time.Second)
		ctx, cancel := context.WithTimeout(r.ctx, 3*time.Second)
		defer cancel()
		proven, err := r.p.Kick(ctx) // proven when the driver heard of the standstill before it wrote the picture
		kicks := r.v.Kicks()
		if proven != (kicks == 1) || proven != (err == nil) {
			t.Errorf("%v, %v, %d pulses", proven, err, kicks)
		}
		r.v.Cure()
		j.wait(t, 20*time.Second)
		if r.v.Kicks() != kicks {
			t.Error("opened later")
		}
	})
}

// Busy says that paper has been touched: a page that still waits can be taken back.
func TestWaitingIsNotBusy(t *testing.T) {
	withRig(t, printer.Options{}, small, func(r *rig) {
		r.ready()
		r.inject(printer.PaperOut, 0)
		time.Sleep(time.Second)
		j := r.print(lines(pageTag, 4), nil)
		time.Sleep(time.Second)
		if s := r.p.Status(); s.Busy {
			t.Errorf("%+v", s)
		}
		j.cancel()
		<-j.done
		if j.result.Started {
			t.Errorf("%+v", j.result)
		}
	})
}
