package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"syscall"
)

// mortal are the programs that a test may kill, to see what comes back.
var mortal = []string{"posd", "kiosk", "chromium", "sway"}

// kill answers POST /kill/NAME: all that runs under a name is ended without a word of warning.
func kill(w http.ResponseWriter, r *http.Request) {
	name := path.Base(r.URL.Path)
	if !slices.Contains(mortal, name) {
		http.NotFound(w, r)
		return
	}
	n, err := killAll("/proc", name)
	if err == nil && n == 0 {
		err = fmt.Errorf("%s does not run", name)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusConflict)
		return
	}
	fmt.Fprintln(w, n)
}

// killAll kills every process whose program's file has a name.
func killAll(proc, name string) (n int, err error) {
	for _, p := range processes(proc) {
		if p.name != name {
			continue
		}
		if e := syscall.Kill(p.id, syscall.SIGKILL); e == nil {
			n++
		} else if !errors.Is(e, syscall.ESRCH) { // a child that went with its parent
			err = errors.Join(err, e)
		}
	}
	return n, err
}

// process is one that runs, and the name of its program's file.
type process struct {
	id   int
	name string
}

// processes lists them; the kernel's own have no file.
func processes(proc string) (list []process) {
	links, _ := filepath.Glob(proc + "/[0-9]*/exe")
	for _, link := range links {
		file, err := os.Readlink(link)
		id, err2 := strconv.Atoi(filepath.Base(filepath.Dir(link)))
		if err == nil && err2 == nil {
			list = append(list, process{id, filepath.Base(file)})
		}
	}
	return list
}

// Memory is how much of it is used, in KiB.
type Memory struct {
	Total     int            `json:"total"`
	Available int            `json:"available"` // to programs, as the kernel reckons
	Programs  map[string]int `json:"programs"`  // shared pages divided among those that share them
}

// memory answers GET /memory.
func memory(w http.ResponseWriter, r *http.Request) {
	m, err := readMemory("/proc")
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	json.NewEncoder(w).Encode(m)
}

func readMemory(proc string) (m Memory, err error) {
	text, err := os.ReadFile(proc + "/meminfo")
	if err != nil {
		return m, err
	}
	m = Memory{Total: kilobytes(text, "MemTotal"), Available: kilobytes(text, "MemAvailable"), Programs: map[string]int{}}
	for _, p := range processes(proc) {
		text, err := os.ReadFile(fmt.Sprintf("%s/%d/smaps_rollup", proc, p.id))
		if err == nil { // else it has just ended
			m.Programs[p.name] += kilobytes(text, "Pss")
		}
	}
	return m, nil
}

// kilobytes finds "Name:  123 kB"; 0 where it does not stand.
func kilobytes(text []byte, name string) int {
	found := regexp.MustCompile(`(?m)^` + name + `:\s+(\d+) kB$`).FindSubmatch(text)
	if found == nil {
		return 0
	}
	n, _ := strconv.Atoi(string(found[1]))
	return n
}

// Rights are what a process may.
type Rights struct {
	Program  string `json:"program"`
	User     int    `json:"user"`
	Powers   uint64 `json:"powers"`   // of root's, a bit each
	Apart    bool   `json:"apart"`    // and they hold in a namespace of its own only, not on the box
	Filtered bool   `json:"filtered"` // the kernel lets it do some system calls only
}

// rights answers GET /rights: of everything that runs.
func rights(w http.ResponseWriter, r *http.Request) { json.NewEncoder(w).Encode(readRights("/proc")) }

func readRights(proc string) (list []Rights) {
	box, _ := os.Readlink(proc + "/self/ns/user")
	for _, p := range processes(proc) {
		text, err := os.ReadFile(fmt.Sprintf("%s/%d/status", proc, p.id))
		if err != nil {
			continue // it has just ended
		}
		if r, err := parseRights(p.name, text); err == nil {
			own, err := os.Readlink(fmt.Sprintf("%s/%d/ns/user", proc, p.id))
			r.Apart = err == nil && own != box
			list = append(list, r)
		}
	}
	return list
}

var statusLine = regexp.MustCompile(`(?m)^(Uid|CapEff|Seccomp):\t(\S+)(?:\t(\S+))?`)

// parseRights reads /proc/N/status.
func parseRights(program string, text []byte) (Rights, error) {
	r := Rights{Program: program, User: -1}
	var errs []error
	for _, m := range statusLine.FindAllSubmatch(text, -1) {
		var err error
		switch string(m[1]) {
		case "Uid":
			r.User, err = strconv.Atoi(string(m[3])) // the effective one
		case "CapEff":
			r.Powers, err = strconv.ParseUint(string(m[2]), 16, 64)
		case "Seccomp":
			r.Filtered = string(m[2]) == "2"
		}
		errs = append(errs, err)
	}
	if r.User < 0 {
		errs = append(errs, fmt.Errorf("manage: nobody owns %s", program))
	}
	return r, errors.Join(errs...)
}
