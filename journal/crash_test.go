package journal

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"posbox/pos/fault"
)

// rolled returns a journal's folder just before a new file was begun and just after, and how many sales it holds.
func rolled(t *testing.T) (before, after string, sales int) {
	t.Helper()
	dir := t.TempDir()
	j := mustOpen(t, dir, smallOptions())
	for len(j.Files()) == 1 {
		before = copyDir(t, dir)
		sell(t, j, 1)
		sales++
	}
	closeNow(t, j)
	return before, copyDir(t, dir), sales
}

// A power cut at every step of beginning a new file: whatever the folder then looks like, all that was committed is
// there, once, and selling goes on over the same step.
func TestPowerCutWhileRolling(t *testing.T) {
	_, after, sales := rolled(t)
	first, second := readFile(t, fileIn(after, 1)), readFile(t, fileIn(after, 2))
	head := filepath.Join("journal", headName)
	temp := filepath.Join("journal", fileName(2)+tempSuffix)
	cases := map[string]map[string][]byte{
		"before anything":         {head: []byte("1\n")},
		"empty temporary":         {head: []byte("1\n"), temp: {}},
		"half a temporary":        {head: []byte("1\n"), temp: second[:len(second)/2]},
		"whole temporary":         {head: []byte("1\n"), temp: second},
		"garbage temporary":       {head: []byte("1\n"), temp: make([]byte, 9999)},
		"renamed, HEAD is old":    {head: []byte("1\n"), "journal/000002.db": second},
		"renamed, no HEAD":        {"journal/000002.db": second},
		"renamed, HEAD beside":    {head: []byte("1\n"), "journal/HEAD.tmp": []byte("2\n"), "journal/000002.db": second},
		"renamed, torn HEAD":      {head: {}, "journal/000002.db": second},
		"renamed, temporary left": {head: []byte("1\n"), "journal/000002.db": second, temp: second[:4096]},
		"done":                    {head: []byte("2\n"), "journal/000002.db": second},
	}
	for name, files := range cases {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.Mkdir(filepath.Join(dir, "journal"), 0o700); err != nil {
				t.Fatal(err)
			}
			writeFile(t, fileIn(dir, 1), first)
			for at, b := range files {
				writeFile(t, filepath.Join(dir, at), b)
			}
			j := mustOpen(t, dir, smallOptions())
			wantSales(t, j, sales)
			sell(t, j, 60)
			wantSales(t, j, sales+60)
			closeNow(t, j)
			j = mustOpen(t, dir, smallOptions())
			wantSales(t, j, sales+60)
			closeNow(t, j)
			checkWhole(t, dir)
			for _, n := range names(t, dir) {
				if filepath.Ext(n) == tempSuffix {
					t.Errorf("%s was left", n)
				}
			}
		})
	}
}

// A new file that cannot be begun leaves the old one the head, and nothing behind that a restart would take for the
// newer one.
func TestRollFails(t *testing.T) {
	// What stands in the way: a folder where a file should go, which no right overrules.
	for name, block := range map[string]string{"temporary": fileName(2) + tempSuffix, "place": fileName(2), "HEAD": headName + tempSuffix} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			j := mustOpen(t, dir, smallOptions())
			sell(t, j, 1)
			blocking := filepath.Join(dir, "journal", block)
			if err := os.MkdirAll(filepath.Join(blocking, "full"), 0o700); err != nil {
				t.Fatal(err)
			}
			n := 1
			for ; n < 100; n++ {
				if _, err := j.Append([]Entry{{Facts: saleEntry(n + 1).Facts, Cursor: &Cursor{"printer", Seq(n / 3 * 3)},
					Drafts: saleEntry(n + 1).Drafts, Answer: saleEntry(n + 1).Answer, Project: saleEntry(n + 1).Project}}); err != nil {
					t.Fatalf("%d: %v", n, err)
				}
			}
			if j.RollErr() == nil {
				t.Fatal("nobody was told")
			}
			wantSales(t, j, n)
			closeNow(t, j)
			if err := os.RemoveAll(blocking); err != nil {
				t.Fatal(err)
			}
			j = mustOpen(t, dir, smallOptions())
			wantSales(t, j, n)
			sell(t, j, 40)
			if len(j.Files()) < 2 {
				t.Error("no new file once there was room")
			}
			wantSales(t, j, n+40)
			closeNow(t, j)
			checkWhole(t, dir)
		})
	}
}

// The process dies between two writes of a commit: bbolt's pages of before and after, in the order in which they go to
// the disk, cut at every page.
func TestPowerCutWhileCommitting(t *testing.T) {
	dir := t.TempDir()
	o := testOptions()
	j := mustOpen(t, dir, o)
	sell(t, j, 20)
	old := readFile(t, fileIn(dir, 1))
	sell(t, j, 1)
	closeNow(t, j)
	now := readFile(t, fileIn(dir, 1))
	if len(old) != len(now) {
		t.Fatalf("file grew from %d to %d in between", len(old), len(now))
	}
	var changed []int
	for p := 2; p < len(old)/pageSize; p++ {
		if string(old[p*pageSize:(p+1)*pageSize]) != string(now[p*pageSize:(p+1)*pageSize]) {
			changed = append(changed, p)
		}
	}
	if len(changed) < 3 {
		t.Fatalf("only pages %v changed", changed)
	}
	for cut := 0; cut <= len(changed); cut++ {
		for _, half := range []bool{false, true} {
			torn := append([]byte(nil), old...)
			for i, p := range changed[:cut] {
				end := (p + 1) * pageSize
				if half && i == cut-1 {
					end -= pageSize / 2
				}
				copy(torn[p*pageSize:end], now[p*pageSize:end])
			}
			d := t.TempDir()
			os.Mkdir(filepath.Join(d, "journal"), 0o700)
			writeFile(t, fileIn(d, 1), torn)
			j := mustOpen(t, d, o)
			wantSales(t, j, 20)
			sell(t, j, 2)
			closeNow(t, j)
			checkWhole(t, d)
		}
	}
	// All pages there, and the meta page written by halves: the sum in it tells.
	for _, n := range []int{1, 40, 79} {
		torn := append([]byte(nil), now...)
		meta := 0
		if string(old[:pageSize]) == string(now[:pageSize]) {
			meta = pageSize
		}
		copy(torn[meta+n:meta+pageSize], old[meta+n:meta+pageSize])
		d := t.TempDir()
		os.Mkdir(filepath.Join(d, "journal"), 0o700)
		writeFile(t, fileIn(d, 1), torn)
		j := mustOpen(t, d, o)
		if seq, _ := j.Head(); seq != 20 && seq != 21 {
			t.Fatalf("head %d", seq)
		} else {
			wantSales(t, j, int(seq))
		}
	}
}

// A writer killed at any moment: what it said was committed is there.
func TestKilled(t *testing.T) {
	if os.Getenv("POSBOX_TEST_CHILD") == "sell" {
		j, err := Open(os.Getenv("POSBOX_TEST_DIR"), smallOptions())
		if err != nil {
			fmt.Println("failed", err)
			os.Exit(1)
		}
		for {
			seq, _ := j.Head()
			e := saleEntry(int(seq) + 1)
			if seq%3 == 0 {
				e.Cursor = &Cursor{"printer", seq}
			}
			if _, err := j.Append([]Entry{e}); err != nil {
				fmt.Println("failed", err)
				os.Exit(1)
			}
			fmt.Println("sold", seq+1)
		}
	}
	dir := t.TempDir()
	rounds := 4
	if os.Getenv("POSBOX_LONG") != "" {
		rounds = 100
	}
	sold := 0
	for round := range rounds {
		sold = sellAndKill(t, dir, 20+round*13)
		j := mustOpen(t, dir, smallOptions())
		seq, _ := j.Head()
		if int(seq) != sold && int(seq) != sold+1 { // the last may be durable and not yet told
			t.Fatalf("round %d: told %d, there are %d", round, sold, seq)
		}
		wantSales(t, j, int(seq))
		closeNow(t, j)
		checkWhole(t, dir)
	}
}

func TestFullDisk(t *testing.T) {
	if os.Getenv("POSBOX_TEST_CHILD") == "full" {
		fullDisk(t)
		return
	}
	out, ok := inOwnMounts(t, "full", "TestFullDisk")
	if !ok {
		t.Skipf("NOT TESTED: a full disk; this machine lets no test mount a small one:\n%s", out)
	}
	t.Log(out)
}

// fullDisk runs in a process of its own, on a file system of a few MiB.
func fullDisk(t *testing.T) {
	dir := smallDisk(t, "8m")
	o := testOptions()
	j := mustOpen(t, dir, o)
	sell(t, j, 10)
	n, full := 10, 0
	ballast := filepath.Join(dir, "ballast")
	for round := range 3 {
		fill(t, ballast)
		for {
			e := saleEntry(n + 1)
			e.Cursor = &Cursor{"printer", Seq(n / 3 * 3)}
			_, err := j.Append([]Entry{e})
			if err == nil {
				n++
				continue
			}
			wantCode(t, err, fault.JournalFull)
			if j.Err() != nil {
				t.Fatalf("gave up: %v", j.Err())
			}
			break
		}
		for range 20 {
			_, err := j.Append([]Entry{saleEntry(n + 1)})
			wantCode(t, err, fault.JournalFull)
			wantCode(t, j.Project(Seq(n), make([]byte, 400<<10)), fault.JournalFull)
			full++
		}
		wantSales(t, j, n)
		// A restart on the full disk, too.
		if round == 1 {
			closeNow(t, j)
			checkWhole(t, dir)
			j = mustOpen(t, dir, o)
			wantSales(t, j, n)
		}
		if err := os.Remove(ballast); err != nil {
			t.Fatal(err)
		}
		sell(t, j, 5)
		n += 5
		wantSales(t, j, n)
	}
	closeNow(t, j)
	checkWhole(t, dir)
	t.Logf("refused %d times, %d sales whole", full, n)
	fullDiskWhileRolling(t)
}

// fullDiskWhileRolling runs out of room while new files are begun.
func fullDiskWhileRolling(t *testing.T) {
	dir := smallDisk(t, "5m")
	o := smallOptions()
	o.Answers = 50
	j := mustOpen(t, dir, o)
	n, failed := 0, 0
	for {
		e := saleEntry(n + 1)
		e.Cursor = &Cursor{"printer", Seq(n / 3 * 3)}
		_, err := j.Append([]Entry{e})
		if err != nil {
			wantCode(t, err, fault.JournalFull)
			break
		}
		n++
		if j.RollErr() != nil {
			failed++
		}
	}
	if failed == 0 {
		t.Error("the room ended, and every new file was begun")
	}
	wantSales(t, j, n)
	closeNow(t, j)
	checkWhole(t, dir)
	j = mustOpen(t, dir, o)
	wantSales(t, j, n)
	closeNow(t, j)
	t.Logf("%d sales whole in files %v; %d times no new file", n, j.Files(), failed)
}

// A disk that fails in the middle of a commit: nobody knows what it holds, so nothing more is written.
func TestWriteFails(t *testing.T) {
	dir := t.TempDir()
	j := mustOpen(t, dir, testOptions())
	sell(t, j, 3)
	// The handle is exchanged for one that cannot write, as a disk that is gone would look.
	readOnly, err := os.Open(fileIn(dir, 1))
	if err != nil {
		t.Fatal(err)
	}
	defer readOnly.Close()
	swapHandle(t, j.head.file, readOnly)
	_, err = j.Append([]Entry{saleEntry(4)})
	wantCode(t, err, fault.JournalFailed)
	wantCode(t, j.Err(), fault.JournalFailed)
	_, err = j.Append([]Entry{saleEntry(4)})
	wantCode(t, err, fault.JournalFailed)
	if _, ok := j.Answer("command-4"); ok {
		t.Error("an answer of what was not written")
	}
	if all, err := readAll(j); err != nil || len(all) != 3 {
		t.Errorf("reading: %d %v", len(all), err)
	}
	closeNow(t, j)
	j = mustOpen(t, dir, testOptions())
	sell(t, j, 1)
	wantSales(t, j, 4)
}

// A disk that is full at the very moment of commit, after the page that commits was written: readers see the new
// transaction already, so nobody may claim that nothing was written.
func TestFullAfterCommit(t *testing.T) {
	j := mustOpen(t, t.TempDir(), testOptions())
	sell(t, j, 2)
	now := j.head.lastTransaction()
	wantCode(t, j.writeError(j.head, now, fmt.Errorf("file sync error: %s", syscall.ENOSPC)), fault.JournalFull)
	if j.Err() != nil {
		t.Fatal(j.Err())
	}
	wantCode(t, j.writeError(j.head, now-1, syscall.ENOSPC), fault.JournalFailed)
	wantCode(t, j.Err(), fault.JournalFailed)
}
