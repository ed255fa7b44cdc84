package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"posbox/engine"
	"posbox/journal"
	"posbox/pos/fault"
)

// Exit codes of check.
const (
	checkWhole   = 0
	checkDamaged = 1
	checkNone    = 2
	checkInUse   = 3
)

// checked is what check prints with -json.
type checked struct {
	journal.CheckReport
	Sales   int    `json:"sales"`
	Total   string `json:"total"`
	Running bool   `json:"running"` // a running till gave a consistent copy
}

func runCheck(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	fs := newFlags("posd check", "posd check [-json] DIR", stderr)
	asJSON := fs.Bool("json", false, "print the result as JSON")
	if err := fs.Parse(args); err != nil {
		return checkNone
	}
	if fs.NArg() != 1 {
		fs.Usage()
		return checkNone
	}
	c, err := check(ctx, fs.Arg(0))
	if err != nil {
		exitCode(stderr, err)
		switch fault.CodeOf(err) {
		case fault.JournalNone:
			return checkNone
		case fault.FolderInUse:
			return checkInUse
		}
		return checkDamaged
	}
	printCheck(stdout, c, *asJSON)
	if !c.Whole {
		return checkDamaged
	}
	return checkWhole
}

// check verifies the journal in dir; of a running till, a consistent copy that it gives.
func check(ctx context.Context, dir string) (checked, error) {
	if !journal.Exists(dir) {
		return checked{}, fault.New(fault.JournalNone, "dir", dir)
	}
	var c checked
	lock, err := lockFolder(dir)
	if err == nil {
		defer lock.Close()
	} else {
		if fault.CodeOf(err) != fault.FolderInUse {
			return c, err
		}
		copied, err := copyOfRunning(ctx, dir)
		if err != nil {
			return c, err
		}
		if copied != "" {
			defer os.RemoveAll(copied)
			dir, c.Running = copied, true
		}
	}
	audit := engine.Audit{}
	c.CheckReport, err = journal.Check(dir, audit.Add)
	c.Sales, c.Total = audit.Sales, audit.Total.String()
	return c, err
}

func printCheck(w io.Writer, c checked, asJSON bool) {
	if asJSON {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		enc.Encode(c)
		return
	}
	for _, n := range c.Notes {
		fmt.Fprintln(w, "note:", n)
	}
	for _, f := range c.Findings {
		fmt.Fprintln(w, "damaged:", f)
	}
	state := "whole"
	if !c.Whole {
		state = "DAMAGED"
	}
	fmt.Fprintf(w, "journal %s: %d files, %d records, head %d %s, %d sales of %s ₮\n",
		state, c.Files, c.Records, c.Head, c.Hash, c.Sales, c.Total)
}

// copyOfRunning asks the running till for copies of its files and returns the folder they are in. A till that could not
// open its journal writes nothing: then the files themselves can be read, and the folder is empty.
func copyOfRunning(ctx context.Context, dir string) (string, error) {
	busy := func(err error) error { return fault.Wrap(err, fault.FolderInUse, "dir", dir) }
	found, err := os.ReadFile(filepath.Join(dir, addrFile))
	if err != nil {
		return "", busy(err)
	}
	addr, token, _ := strings.Cut(strings.TrimSpace(string(found)), "\n")
	secret, err := os.ReadFile(flags{data: dir, token: token}.tokenAt())
	if err != nil {
		return "", busy(err)
	}
	c := copier{base: addr, token: strings.TrimSpace(string(secret)), http: &http.Client{Timeout: time.Minute}}
	var numbers []int
	if err := c.get(ctx, "/api/journal/files", func(r io.Reader) error { return json.NewDecoder(r).Decode(&numbers) }); err != nil {
		if errors.Is(err, errUnavailable) {
			return "", nil
		}
		return "", busy(err)
	}
	temp, err := os.MkdirTemp("", "posd-check-")
	if err != nil {
		return "", err
	}
	if err := c.copyAll(ctx, temp, numbers); err != nil {
		os.RemoveAll(temp)
		if errors.Is(err, errUnavailable) {
			return "", nil
		}
		return "", busy(err)
	}
	return temp, nil
}

// errUnavailable says that the till answers but cannot give copies: its journal is damaged.
var errUnavailable = errors.New("the till has no journal to copy")

type copier struct {
	base, token string
	http        *http.Client
}

func (c copier) get(ctx context.Context, path string, read func(io.Reader) error) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusOK:
		return read(resp.Body)
	case http.StatusServiceUnavailable:
		return errUnavailable
	}
	return fmt.Errorf("%s answers %s", path, resp.Status)
}

// copyAll copies oldest first: what a sealed file's successor says of it is then never older than the copy.
func (c copier) copyAll(ctx context.Context, temp string, numbers []int) error {
	if err := os.Mkdir(filepath.Join(temp, "journal"), 0o700); err != nil {
		return err
	}
	for _, n := range numbers {
		f, err := os.Create(filepath.Join(temp, "journal", fmt.Sprintf("%06d.db", n)))
		if err != nil {
			return err
		}
		err = c.get(ctx, fmt.Sprintf("/api/journal/files/%d", n), func(r io.Reader) error { _, err := io.Copy(f, r); return err })
		if err := errors.Join(err, f.Close()); err != nil {
			return err
		}
	}
	return nil
}
