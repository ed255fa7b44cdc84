package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"posbox/config"
	boxfile "posbox/gokrazy/box"
	"posbox/gokrazy/logs"
	"posbox/gokrazy/stick"
	"posbox/pos/device"
	"posbox/pos/fault"
	"posbox/ui"
)

// machine is the box on which the till runs: what it tells by files, and what it is told. See package gokrazy/box.
type machine struct {
	run, keep string
	find      func() ([]stick.Stick, error)
	mount     mounter
	log       *slog.Logger
	changed   func()
	now       func() time.Time
	zone      func() *time.Location
	source    copySource
	key       *askOnce // of a stick; nil where there is none to take

	writing sync.Mutex // held while something is written on a stick

	mu   sync.Mutex
	seen seen
	wish boxfile.NetWish
}

// sticks are what can be found and mounted.
type sticks interface {
	mounter
	Find() ([]stick.Stick, error)
}

// usbSticks are those that stick in this machine.
type usbSticks struct {
	stick.Finder
	stick.Mounter
}

// seen is what was read last.
type seen struct {
	perm    boxfile.Perm
	network boxfile.Network
	clock   boxfile.Clock
	sticks  []stick.Stick
	stickAt time.Time // since when the first of them is in
	copied  copyState
	key     *fault.Error // why the key on a stick was not taken
}

// mounter writes on sticks and reads from them.
type mounter interface {
	Write(s stick.Stick, do func(root string) error) error
	Read(s stick.Stick, do func(root string) error) error
}

// lookEvery is how often the box's files and sticks are looked at.
const lookEvery = 2 * time.Second

// newMachine makes the box whose run-time files stand in a folder.
func (p *program) newMachine(run string) *machine {
	plugged := p.flags.sticks
	if plugged == nil {
		plugged = usbSticks{stick.Finder{Sys: "/sys", Dev: "/dev", Own: stick.OwnDisk("/sys", p.flags.data)}, stick.Mounter{Dir: filepath.Join(run, "stick")}}
	}
	m := &machine{run: run, keep: p.flags.keep(), find: plugged.Find, mount: plugged, log: p.log,
		changed: p.deviceChanged, now: p.clock.Now, zone: func() *time.Location { return p.set().zone }, source: p, key: p.newAskOnce()}
	p.clock.told = m.toldClock
	p.clock.heard = func(t time.Time) {
		if err := boxfile.Put(run, boxfile.HeardFile, boxfile.Heard{Time: t, Running: running()}); err != nil {
			p.log.Warn("the box does not learn BAAZ's time", "err", err)
		}
	}
	m.look()
	return m
}

// running is how long the machine has been on.
func running() time.Duration {
	var ts unix.Timespec
	if unix.ClockGettime(unix.CLOCK_BOOTTIME, &ts) != nil {
		return 0
	}
	return time.Duration(ts.Nano())
}

// Run looks at the box, and copies the sales once a night, until ctx ends.
func (m *machine) Run(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		m.look()
		m.takeKey(ctx)
		if m.due() {
			if _, err := m.CopySales(ctx); err != nil {
				m.log.Warn("the sales were not copied", "err", err)
			}
		}
	}
}

// look reads what the box tells.
func (m *machine) look() {
	var now seen
	for name, into := range map[string]any{boxfile.PermFile: &now.perm, boxfile.NetFile: &now.network, boxfile.ClockFile: &now.clock} {
		if err := boxfile.Get(m.run, name, into); err != nil && !errors.Is(err, os.ErrNotExist) {
			m.log.Warn("the box cannot be understood", "file", name, "err", err)
		}
	}
	if err := boxfile.Get(m.keep, copyFile, &now.copied); err != nil && !errors.Is(err, os.ErrNotExist) {
		m.log.Warn("what was copied last is not known", "err", err)
	}
	now.sticks, _ = m.find()
	m.mu.Lock()
	before := m.seen
	if len(now.sticks) > 0 {
		now.key = before.key // until it is pulled
	}
	switch {
	case len(now.sticks) == 0:
	case len(before.sticks) > 0 && before.sticks[0] == now.sticks[0]:
		now.stickAt = before.stickAt
	default:
		now.stickAt = m.now()
	}
	m.seen = now
	m.mu.Unlock()
	if !reflect.DeepEqual(before, now) {
		m.changed()
	}
}

func (m *machine) last() seen {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.seen
}

func (m *machine) toldClock() (boxfile.Clock, bool) {
	c := m.last().clock
	return c, c.Source != ""
}

// damage is why nothing may be written on this disk; nil while it is there.
func (m *machine) damage() error {
	switch p := m.last().perm; {
	case p.State == boxfile.PermMissing:
		return fault.New(fault.PermMissing)
	case p.Lost():
		return fault.Wrap(errors.New(p.Detail), fault.PermDamaged)
	}
	return nil
}

// Look implements ui.Box.
func (m *machine) Look() ui.BoxAnswer {
	s := m.last()
	n := s.network
	out := ui.BoxAnswer{Fitted: true, Perm: ui.BoxPerm{State: string(s.perm.State), Detail: s.perm.Detail, Grown: s.perm.Grown}, Clock: string(s.clock.Source),
		Network: ui.BoxNetwork{State: string(n.State), Interface: n.Interface, Mode: n.Mode, Address: n.Address, Gateway: n.Gateway}}
	for _, a := range n.DNS {
		out.Network.DNS = append(out.Network.DNS, a.String())
	}
	for _, x := range s.sticks {
		out.Sticks = append(out.Sticks, ui.BoxStick{Name: x.Name, Bytes: x.Bytes})
	}
	if m.writing.TryLock() {
		m.writing.Unlock()
	} else {
		out.Writing = true
	}
	if c := s.copied; !c.At.IsZero() {
		out.Copy = &ui.BoxCopy{At: c.At, Stick: c.Stick, Seq: uint64(c.Seq)}
	}
	return out
}

// Known implements ui.Box.
func (m *machine) Known() (network device.Network, copied device.Copy, clock, key *fault.Error) {
	s := m.last()
	n := s.network
	network = device.Network{Known: n.State != "", Address: n.Address}
	switch n.State {
	case boxfile.NetNoCard:
		network.Why = fault.New(fault.NetworkNoCard)
	case boxfile.NetNoCable:
		network.Why = fault.New(fault.NetworkNoCable)
	case boxfile.NetNoLease:
		network.Why = fault.New(fault.NetworkNoLease)
	case boxfile.NetConflict:
		address, _, _ := strings.Cut(n.Address, "/")
		network.Why = fault.New(fault.NetworkConflict, "address", address)
	}
	if s.clock.Source == boxfile.FromSaved {
		clock = fault.New(fault.ClockRemembered)
	}
	return network, device.Copy{Known: true, Stick: len(s.sticks) > 0, Why: s.copied.why(m.now(), m.zone())}, clock, s.key
}

// Repair implements ui.Box.
func (m *machine) Repair() error {
	if m.last().perm.State != boxfile.PermDamaged {
		return fault.New(fault.PermWell)
	}
	m.log.Warn("a person has said to repair the disk whatever it costs")
	if err := boxfile.Put(m.run, boxfile.RepairFile, true); err != nil {
		return err
	}
	m.mu.Lock()
	m.seen.perm.State = boxfile.PermRepairing // init says so, too, in a moment
	m.mu.Unlock()
	return nil
}

// Logs implements ui.Box.
func (m *machine) Logs(limit int) ([]ui.LogRecord, error) {
	lines, err := logs.Newest(filepath.Join(m.keep, logsFolder), limit)
	if err != nil {
		return nil, err
	}
	out := []ui.LogRecord{}
	for _, l := range lines {
		out = append(out, ui.LogRecord{At: l.At, Level: slog.LevelInfo.String(), Msg: clipped(l.Text), Attrs: map[string]string{"program": l.Program}})
	}
	return out, nil
}

// logsFolder is where the box's ring of logs stands, below keep.
var logsFolder = filepath.Base(logs.Dir)

// setNetwork tells the box how a person wants its network.
func (m *machine) setNetwork(n config.Network) {
	w := boxfile.NetWish{Mode: n.Mode, Address: n.Address, Gateway: n.Gateway, DNS: n.DNS}
	m.mu.Lock()
	same := reflect.DeepEqual(m.wish, w)
	m.wish = w
	m.mu.Unlock()
	if same {
		return
	}
	var kept boxfile.NetWish
	if err := boxfile.Get(m.keep, boxfile.NetFile, &kept); err == nil && kept.Mode == w.Mode && kept.Address == w.Address && kept.Gateway == w.Gateway && slices.Equal(kept.DNS, w.DNS) {
		return
	}
	if err := boxfile.Put(m.keep, boxfile.NetFile, w); err != nil {
		m.log.Error("the network stays as it was", "err", err)
	}
}

// stickFault says what is wrong with a stick.
func stickFault(err error) error {
	var f *fault.Error
	switch {
	case err == nil || errors.As(err, &f):
		return err
	case errors.Is(err, stick.ErrNone):
		return fault.Wrap(err, fault.StickNone)
	case errors.Is(err, stick.ErrFormat):
		return fault.Wrap(err, fault.StickFormat)
	case errors.Is(err, syscall.ENOSPC):
		return fault.Wrap(err, fault.StickFull)
	}
	var no syscall.Errno
	detail := "?"
	if errors.As(err, &no) {
		detail = no.Error()
	}
	return fault.Wrap(err, fault.StickFailed, "detail", detail)
}
