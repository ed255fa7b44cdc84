package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"posbox/gokrazy/box"
)

// system is what the manager asks of the machine.
type system interface {
	Cards() ([]card, error)
	// Up switches a card on: without that it does not see its cable.
	Up(name string) error
	Apply(name string, l lease) error
	Clear(name string) error
	// Taken reports whether another machine has an address.
	Taken(ctx context.Context, name string, a netip.Addr) (bool, error)
	// Ask asks for an address; held is the lease to go on with, or nil.
	Ask(ctx context.Context, name string, held *lease) (lease, error)
}

// card is a wired network card.
type card struct {
	Name  string
	Cable bool
}

// lease is an address with what belongs to it.
type lease struct {
	Address netip.Prefix
	Gateway netip.Addr
	DNS     []netip.Addr
	NTP     []netip.Addr
	Renew   time.Duration // 0: it is the box's own
	Expires time.Duration
	raw     any // of the library
}

// Pauses.
const (
	lookEvery = time.Second
	askFor    = 20 * time.Second
	askAgain  = 15 * time.Second
)

// manager keeps one worker for each card that has a cable.
type manager struct {
	system    system
	run, keep string
	resolv    string
	online    func(ntp []netip.Addr) // the network is there

	mu      sync.Mutex
	found   map[string]box.Network // by card
	leases  map[string]lease
	told    box.Network
	written string // resolv.conf
	workers map[string]*worker
}

type worker struct {
	wish box.NetWish
	stop context.CancelFunc
	done chan struct{}
}

// loop looks at cards and wish until ctx ends.
func (m *manager) loop(ctx context.Context) {
	m.found, m.leases, m.workers = map[string]box.Network{}, map[string]lease{}, map[string]*worker{}
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		m.look(ctx)
		select {
		case <-ctx.Done():
			for name := range m.workers {
				m.end(name)
			}
			return
		case <-tick.C:
		}
	}
}

// look starts and ends workers as cards and wish demand.
func (m *manager) look(ctx context.Context) {
	cards, err := m.system.Cards()
	if err != nil {
		log.Println("network:", err)
		return
	}
	wish := m.wish()
	wanted := map[string]bool{}
	for _, c := range cards {
		if !c.Cable {
			if err := m.system.Up(c.Name); err != nil {
				log.Println("network:", err)
			}
			continue
		}
		// A fixed address can be one card's only.
		if wish.Mode == box.ModeDHCP || len(wanted) == 0 {
			wanted[c.Name] = true
		}
	}
	for name, w := range m.workers {
		if !wanted[name] || !reflect.DeepEqual(w.wish, wish) {
			m.end(name)
		}
	}
	for name := range wanted {
		if m.workers[name] == nil {
			m.begin(ctx, name, wish)
		}
	}
	m.tell(len(cards) > 0, wish.Mode)
}

// wish reads how a person wants the network. One that cannot be understood asks for an address: better some network than
// none.
func (m *manager) wish() box.NetWish {
	var w box.NetWish
	err := box.Get(m.keep, box.NetFile, &w)
	if err == nil && w.Mode == box.ModeStatic {
		if _, err = w.Static(); err == nil {
			return w
		}
	}
	return box.NetWish{Mode: box.ModeDHCP}
}

func (m *manager) begin(ctx context.Context, name string, wish box.NetWish) {
	ctx, stop := context.WithCancel(ctx)
	w := &worker{wish: wish, stop: stop, done: make(chan struct{})}
	m.workers[name] = w
	go func() {
		defer close(w.done)
		if wish.Mode == box.ModeStatic {
			m.fixed(ctx, name, wish)
		} else {
			m.asking(ctx, name)
		}
		if err := m.system.Clear(name); err != nil {
			log.Println("network:", err)
		}
		m.forget(name)
	}()
}

func (m *manager) end(name string) {
	w := m.workers[name]
	w.stop()
	<-w.done
	delete(m.workers, name)
}

// fixed gives a card the address that a person has set, as soon as no other machine has it.
func (m *manager) fixed(ctx context.Context, name string, wish box.NetWish) {
	s, err := wish.Static()
	if err != nil {
		return // wish has read it before
	}
	l := lease{Address: s.Address, Gateway: s.Gateway, DNS: s.DNS}
	for m.settle(ctx, name, box.ModeStatic, l) != nil {
		if !sleep(ctx, askAgain) {
			return
		}
	}
	<-ctx.Done()
}

// asking gets a card an address by DHCP and keeps it, until ctx ends.
func (m *manager) asking(ctx context.Context, name string) {
	for pause := time.Duration(0); sleep(ctx, pause); pause = askAgain {
		m.report(name, box.Network{State: box.NetAsking, Interface: name, Mode: box.ModeDHCP}, nil)
		l, err := m.ask(ctx, name, nil)
		if err != nil {
			m.report(name, box.Network{State: box.NetNoLease, Interface: name, Mode: box.ModeDHCP, Detail: err.Error()}, nil)
			continue
		}
		if m.settle(ctx, name, box.ModeDHCP, l) == nil {
			m.hold(ctx, name, l)
		}
	}
}

func (m *manager) ask(ctx context.Context, name string, held *lease) (lease, error) {
	ctx, cancel := context.WithTimeout(ctx, askFor)
	defer cancel()
	return m.system.Ask(ctx, name, held)
}

// errTaken says that another machine has the address.
var errTaken = errors.New("another machine has the address")

// settle applies a lease after a look whether another machine has the address.
func (m *manager) settle(ctx context.Context, name, mode string, l lease) error {
	n := box.Network{Interface: name, Mode: mode, Address: l.Address.String(), DNS: l.DNS}
	if l.Gateway.IsValid() {
		n.Gateway = l.Gateway.String()
	}
	taken, err := m.system.Taken(ctx, name, l.Address.Addr())
	if err != nil {
		log.Println("network:", err) // better an address that may be taken than none
	}
	if taken {
		n.State = box.NetConflict
		m.report(name, n, nil)
		return errTaken
	}
	if err := m.system.Apply(name, l); err != nil {
		n.State, n.Detail = box.NetNoLease, err.Error()
		m.report(name, n, nil)
		return err
	}
	n.State = box.NetOnline
	m.report(name, n, &l)
	return nil
}

// hold renews a lease until it is lost. A server that is away for a while does not matter while the lease lasts.
func (m *manager) hold(ctx context.Context, name string, l lease) {
	end := time.Now().Add(l.Expires)
	for wait := l.Renew; sleep(ctx, wait); {
		next, err := m.ask(ctx, name, &l)
		if err == nil && next.Address == l.Address {
			l, end, wait = next, time.Now().Add(next.Expires), next.Renew
			continue
		}
		left := time.Until(end)
		if err == nil || left <= 0 || errors.Is(err, errRefused) {
			break
		}
		wait = min(left, max(left/2, time.Minute))
	}
	if err := m.system.Clear(name); err != nil {
		log.Println("network:", err)
	}
}

// report notes how a card is.
func (m *manager) report(name string, n box.Network, l *lease) {
	m.mu.Lock()
	m.found[name] = n
	delete(m.leases, name)
	if l != nil {
		m.leases[name] = *l
	}
	m.mu.Unlock()
	log.Printf("network: %s %s %s %s", name, n.State, n.Address, n.Detail)
}

func (m *manager) forget(name string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.found, name)
	delete(m.leases, name)
}

// rank orders states.
var rank = []box.NetState{box.NetNoCard, box.NetNoCable, box.NetAsking, box.NetNoLease, box.NetConflict, box.NetOnline}

// tell writes how the network is, when it is another way: the best card's.
func (m *manager) tell(cards bool, mode string) {
	m.mu.Lock()
	best := box.Network{State: box.NetNoCard, Mode: mode}
	if cards {
		best.State = box.NetNoCable
	}
	for _, name := range slices.Sorted(maps.Keys(m.found)) {
		if n := m.found[name]; slices.Index(rank, n.State) > slices.Index(rank, best.State) {
			best = n
		}
	}
	text, ntp := m.resolver()
	m.mu.Unlock()
	if text != m.written {
		if err := replace(m.resolv, text); err != nil {
			log.Println("network:", err)
			return
		}
		m.written = text
	}
	if reflect.DeepEqual(best, m.told) {
		return
	}
	if err := box.Put(m.run, box.NetFile, best); err != nil {
		log.Println("network:", err)
		return
	}
	m.told = best
	if best.State == box.NetOnline && m.online != nil {
		m.online(ntp)
	}
}

// resolver is resolv.conf, and the time servers that the network has named.
func (m *manager) resolver() (text string, ntp []netip.Addr) {
	var servers []netip.Addr
	for _, name := range slices.Sorted(maps.Keys(m.leases)) {
		l := m.leases[name]
		ntp = append(ntp, l.NTP...)
		for _, a := range l.DNS {
			if !slices.Contains(servers, a) && len(servers) < 3 {
				servers = append(servers, a)
			}
		}
	}
	var b strings.Builder
	for _, a := range servers {
		fmt.Fprintf(&b, "nameserver %s\n", a)
	}
	return b.String(), ntp
}

// replace puts a file in the place of another, which may be a link.
func replace(path, text string) error {
	if err := os.WriteFile(path+".tmp", []byte(text), 0o644); err != nil {
		return err
	}
	return os.Rename(filepath.Clean(path+".tmp"), path)
}

// sleep reports whether ctx is still there after a pause.
func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
