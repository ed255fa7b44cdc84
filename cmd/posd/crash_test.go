package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	baaz "posbox/baaz/store"
	virtual "posbox/drivers/escpos/virtual/printer"
	"posbox/drivers/fiscal/posapi/standin/service"
	"posbox/outbox"
	"posbox/pos/fiscal"
	"posbox/wire"
)

// crashing builds posd so that it can be ended at its steps.
func crashing(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("builds a program")
	}
	program := filepath.Join(t.TempDir(), "posd")
	if out, err := exec.Command("go", "build", "-tags", "crash", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}

// crashShop is a till that is killed at named steps and started again.
type crashShop struct {
	*fiscalShop
	test    testing.TB
	program string
	dir     string
	args    []string
	logs    bytes.Buffer // of all processes
}

// boot starts posd, to be ended at a step; "" for never.
func (s *crashShop) boot(step string) {
	s.test.Helper()
	if s.box != nil {
		s.kill()
		s.logs.Write(s.log.Bytes())
	}
	cmd := exec.Command(s.program)
	cmd.Env = append(os.Environ(), crashAt+"="+step)
	b := launchAs(s.test, cmd, s.dir, s.args...)
	if step == "fiscal.marked" || step == "fiscal.resent" { // it may be gone before it says that it is ready
		if err := cmd.Start(); err != nil {
			s.test.Fatal(err)
		}
		s.box = b
		return
	}
	if line := b.firstLine(); !strings.HasPrefix(line, "posd: till ready http://") {
		s.test.Fatalf("posd says %q\n%s", line, b.log)
	}
	s.box = b
	s.open()
	s.wait("printer online", func(st object) bool { return at(st, "printer", "online") == true })
}

// dies waits until the process has ended.
func (s *crashShop) dies() {
	s.t.Helper()
	ended := make(chan struct{})
	go func() { s.cmd.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(patience):
		s.t.Fatal("posd did not come to the step")
	}
}

// pay sells one good; the process may die of it.
func (s *crashShop) pay() {
	s.t.Helper()
	s.do("line.scan", object{"code": "1001"})
	s.send(uuid(), "pay", object{"tenders": []object{{"kind": "card", "amount": "4200"}}})
}

// settle does what a person does who looks at the screen and at the tax office's list: it decides what is uncertain, and has
// issued anew what was not printed.
func (s *crashShop) settle() {
	s.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("does not come to rest: %v\n%s", s.state()["fiscal"], s.log)
		}
		st := s.state()
		if d := first(st, "decide"); d != nil {
			s.found(d)
			continue
		}
		if u := first(st, "unprinted"); u != nil {
			if u["held"] == true {
				s.do("fiscal.slip", object{"bill": u["bill"]})
			} else {
				s.do("fiscal.anew", object{"bill": u["bill"]})
			}
			continue
		}
		if l := at(st, "last", "fiscal"); at(st, "fiscal", "waits") == 0.0 && (l == "issued" || l == "none" || l == "cancelled" || st["last"] == nil) && !s.printing(st) && s.underWay() == 0 {
			return
		}
	}
}

// underWay counts the requests that have not come to an end.
func (s *crashShop) underWay() int {
	open := map[any]bool{}
	asked := s.records("fiscal.asked")
	for seq := range asked {
		open[seq] = true
	}
	for _, f := range s.records("fiscal.outcome") {
		switch f["result"] {
		case "issued", "cancelled", "not_done", "dropped":
			delete(open, f["asked"])
		}
	}
	return len(open)
}

// records are the bodies of one kind of record by their sequence.
func (s *crashShop) records(kind string) map[any]object {
	s.t.Helper()
	var a struct {
		Records []struct {
			Seq  float64
			Kind string
			Body object
		}
	}
	s.get("/api/journal?limit=10000", &a)
	found := map[any]object{}
	for _, r := range a.Records {
		if r.Kind == kind {
			found[r.Seq] = r.Body
		}
	}
	return found
}

func (s *crashShop) printing(st object) bool { return at(st, "last", "print") == "printing" }

// found decides one uncertain request by what the stand-in has.
func (s *crashShop) found(d object) {
	s.t.Helper()
	bill := d["bill"].(string)
	number := strings.TrimLeft(bill[strings.LastIndex(bill, "-")+1:], "0")
	for _, r := range s.office.Receipts() {
		var req fiscal.Request
		if err := json.Unmarshal(r.Body, &req); err != nil {
			s.t.Fatal(err)
		}
		switch mine := strings.TrimLeft(req.BillIDSuffix[len(req.BillIDSuffix)-5:], "0") == number; {
		case !mine:
		case d["job"] == "cancel" && r.Cancelled, d["job"] == "issue" && !r.Cancelled, d["job"] == "correct" && r.Replaces != "" && !r.Cancelled:
			s.do("fiscal.resolve", object{"bill": d["bill"], "outcome": "done", "number": r.ID, "date": r.Date})
			return
		}
	}
	s.do("fiscal.resolve", object{"bill": d["bill"], "outcome": "not_done"})
}

// live counts the receipts of the stand-in that hold.
func (s *crashShop) live() (n int) {
	for _, r := range s.office.Receipts() {
		if !r.Cancelled && r.Replaced == "" {
			n++
		}
	}
	return n
}

// secretless reports any lottery number or QR data of the stand-in in a file of the till or in a log.
func (s *crashShop) secretless() {
	s.t.Helper()
	canaries := canariesOf(s.office.Receipts())
	look := func(name string, b []byte) {
		if secret, _ := canaries.in(b); secret {
			s.t.Errorf("%s holds a lottery number or QR data", name)
		}
	}
	look("the log", append(s.logs.Bytes(), s.log.Bytes()...))
	files := 0
	err := filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		look(path, b)
		files++
		return err
	})
	if err != nil || files < 4 || len(canaries.lotteries) == 0 {
		s.t.Fatalf("%d files, %d canaries, %v", files, len(canaries.lotteries), err)
	}
	if out, err := exec.Command(s.program, cmdCheck, s.dir).CombinedOutput(); err != nil {
		s.t.Errorf("posd check: %v\n%s", err, out)
	}
}

func openCrashShop(t *testing.T, program string) *crashShop {
	t.Helper()
	o := openOffice(t, service.Options{})
	p, err := virtual.Listen("127.0.0.1:0", virtual.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return &crashShop{fiscalShop: &fiscalShop{&paperShop{nil, p}, o}, test: t, program: program, dir: t.TempDir(),
		args: []string{"-demo", "-printer", p.Addr(), "-posapi", o.URL, "-config", hurried(t, "")}}
}

// TestCrashAtEveryStep ends posd at every named step of issuing, of issuing what waited, and of issuing anew. Afterwards each
// sale has exactly one e-barimt that holds, or stands on the screen for a person; and no file knows a lottery number.
func TestCrashAtEveryStep(t *testing.T) {
	program := crashing(t)
	if out, err := exec.Command(program, cmdCrash).Output(); err != nil || strings.TrimSpace(string(out)) != strings.Join(slices.Concat(outbox.FiscalSteps, handedSteps), "\n") {
		t.Errorf("posd crashpoints: %v\n%s", err, out)
	}
	for _, step := range outbox.FiscalSteps {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			s := openCrashShop(t, program)
			resent := step == "fiscal.marked" || step == "fiscal.resent"
			if resent { // something has to wait first
				s.args = append(s.args, "-posapi", "http://127.0.0.1:1")
				s.boot("")
				s.pay()
				s.wait("it waits", func(st object) bool { return at(st, "fiscal", "waits") == 1.0 })
				s.args = s.args[:len(s.args)-2]
				s.boot(step)
			} else {
				s.boot(step)
				s.pay()
			}
			s.dies()
			s.boot("")
			s.settle()
			if n := s.live(); n != 1 {
				t.Errorf("%d receipts hold for one sale", n)
			}
			s.pay()
			s.settle()
			if n := s.live(); n != 2 {
				t.Errorf("%d receipts hold for two sales", n)
			}
			s.secretless()
		})
	}
	for _, step := range []string{"fiscal.asked", "fiscal.sent", "fiscal.printing"} {
		t.Run("anew "+step, func(t *testing.T) {
			t.Parallel()
			s := openCrashShop(t, program)
			s.boot("fiscal.told")
			s.pay()
			s.dies()
			s.boot(step)
			u := first(s.state(), "unprinted")
			s.send(uuid(), "fiscal.anew", object{"bill": u["bill"]})
			s.dies()
			s.boot("")
			s.settle()
			if n := s.live(); n != 1 {
				t.Errorf("%d receipts hold for one sale", n)
			}
			s.secretless()
		})
	}
}

// stays is how many pieces the receipts that hold are over, in thousandths.
func (s *crashShop) stays() (n int) {
	for _, r := range s.office.Receipts() {
		var req fiscal.Request
		if err := json.Unmarshal(r.Body, &req); err != nil {
			s.t.Fatal(err)
		}
		for _, sub := range req.Receipts {
			for _, it := range sub.Items {
				if !r.Cancelled && r.Replaced == "" {
					n += int(it.Qty)
				}
			}
		}
	}
	return n
}

// back takes goods of a sale back; the process may die of it.
func (s *crashShop) back(bill string, lines []object) {
	s.t.Helper()
	s.do("return.begin", object{"code": bill})
	if lines != nil {
		s.do("return.set", object{"lines": lines})
	}
	s.send(uuid(), "pay", object{"reason": "гэмтэлтэй"})
}

// TestCrashWhileReturning ends posd at every named step of reporting that a part comes back, and then that the rest does. The tax
// office has one receipt over what stays, then none; or a person is asked.
func TestCrashWhileReturning(t *testing.T) {
	program := crashing(t)
	for _, step := range outbox.FiscalSteps {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			s := openCrashShop(t, program)
			s.boot("")
			s.do("line.scan", object{"code": "1001", "quantity": "3"})
			bill := at(s.do("pay", object{"tenders": []object{{"kind": "cash", "amount": "50000"}}}), "result", "bill").(string)
			s.settle()
			s.dying(step, func() { s.back(bill, []object{{"line": 1, "quantity": "1"}}) })
			if n, over := s.live(), s.stays(); n != 1 || over != 2000 {
				t.Errorf("a part came back: %d receipts hold, over %d thousandths; want one over 2000", n, over)
			}
			if strings.HasPrefix(step, "fiscal.print") || step == "fiscal.told" { // a return of all has nothing that is printed once
				s.secretless()
				return
			}
			s.dying(step, func() { s.back(bill, nil) })
			if n := s.live(); n != 0 {
				t.Errorf("all came back: %d receipts hold", n)
			}
			s.secretless()
		})
	}
}

// TestCrashWhileHanded ends the till that sold at every step of taking another till's return in and of reporting it: a part that
// comes back first, then the rest. Its PosAPI is asked for one correction and for one cancellation, however often it dies.
func TestCrashWhileHanded(t *testing.T) {
	program := crashing(t)
	// Nothing is printed at the till that reports, so the steps of its printer are not met.
	for _, step := range slices.Concat(handedSteps, []string{"fiscal.asked", "fiscal.sent", "fiscal.marked", "fiscal.resent"}) {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			c := newCentre(t)
			s := openCrashShop(t, program)
			s.args = append(s.args, "-baaz", c.url, "-key", c.key())
			other := c.branch(c.another("Хоёрдугаар"))
			s.boot("")
			_, code := s.sells(c, "3", object{"kind": "card", "amount": "12600"})
			s.settle()
			first := s.receipts(1)[0]

			s.dying(step, func() { other.takesBack(code, "1") })
			s.reportedHanded(c, 1)
			second := s.receipts(2)[1]
			if chained(t, second, first.ID, 2000); len(s.office.Cancels()) != 0 {
				t.Errorf("a part came back: cancelled %s", s.office.Cancels())
			}
			s.dying(step, func() { other.takesBack(code, "") })
			s.reportedHanded(c, 2)
			var cancel fiscal.Cancel
			if list := s.office.Cancels(); len(list) != 1 || json.Unmarshal(list[0], &cancel) != nil || cancel.ID != second.ID || len(s.office.Receipts()) != 2 {
				t.Errorf("all came back: cancelled %s, want %s once", list, second.ID)
			}
			if n := len(other.office.Receipts()) + len(other.office.Cancels()); n != 0 || c.alarms() != "" {
				t.Errorf("%d requests at the PosAPI that issued nothing; alarms %s", n, c.alarms())
			}
			if n := s.uncertain(); strings.HasSuffix(step, "sent") && n != 2 { // the answer came, and died with posd
				t.Errorf("a person was asked of %d requests, want 2", n)
			}
			s.secretless()
		})
	}
}

// uncertain counts the requests of which nobody knew the end. What becomes known of one later is told as well.
func (s *crashShop) uncertain() int {
	asked := map[any]bool{}
	for _, f := range s.records("fiscal.outcome") {
		if f["result"] == "uncertain" {
			asked[f["asked"]] = true
		}
	}
	return len(asked)
}

// reportedHanded waits until so many returns of other tills are taken in, lets a person decide what is uncertain of them, and
// waits until BAAZ knows that they are reported.
func (s *crashShop) reportedHanded(c *centre, n int) {
	s.t.Helper()
	eventually(s.t, "the return is taken in", func() bool { return len(s.records("return.handed")) == n })
	s.settle()
	eventually(s.t, "BAAZ knows that it is reported", func() (all bool) {
		must(c.t, c.store.Read(context.Background(), func(tx *baaz.Tx) error {
			rows, err := tx.Handovers(c.company)
			all = len(rows) == n && !slices.ContainsFunc(rows, func(r baaz.HandoverRow) bool { return r.State != wire.HandedDone })
			return err
		}))
		return all
	})
}

// dying does something that ends posd at a step, and lets the shop come to rest again. Two steps are met by what waited only.
func (s *crashShop) dying(step string, do func()) {
	s.t.Helper()
	if step == "fiscal.marked" || step == "fiscal.resent" {
		s.args = append(s.args, "-posapi", "http://127.0.0.1:1")
		s.boot("")
		do()
		s.wait("it waits", func(st object) bool { return at(st, "fiscal", "waits") == 1.0 })
		s.args = s.args[:len(s.args)-2]
		s.boot(step)
	} else {
		s.boot(step)
		do()
	}
	s.dies()
	s.boot("")
	s.settle()
}
