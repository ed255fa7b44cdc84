package main

import (
	"debug/elf"
	"fmt"
	"path"
	"regexp"
	"strconv"

	"posbox/gokrazy/bootdisk"
	"posbox/gokrazy/gpt"
	"posbox/gokrazy/loader"
	"posbox/gokrazy/station"
	"posbox/image/tree"
)

// check is what inspect has found about a part of an image.
type check struct {
	Part string `json:"part"`
	OK   bool   `json:"ok"`
	Says string `json:"says"`
}

func (c check) word() string {
	if c.OK {
		return "ok"
	}
	return "BAD"
}

// checkImage looks whether the parts of an image fit together: what starts the box, its programs, the screen's side.
func checkImage(table gpt.Table, name string, trees map[string]*tree.Tree) (checks []check) {
	add := func(part, good string, err error) {
		c := check{part, err == nil, good}
		if err != nil {
			c.Says = err.Error()
		}
		checks = append(checks, c)
	}
	s, err := station.Named(name)
	if err != nil {
		add(gpt.RootA, "", err)
		return checks
	}
	if s.TryBoot {
		add(gpt.ESP, "names the partition of slot a to start from, of slot b to try", checkAutoboot(table, trees[gpt.ESP]))
		add(gpt.BootA, "has what a Pi 4 or 5 starts from", checkTree(trees[gpt.BootA], checkPi))
	} else {
		add(gpt.ESP, "has loader, entry, kernel and initial files", checkTree(trees[gpt.ESP], checkUEFI))
	}
	add(gpt.RootA, "programs of the station, all for "+s.GOARCH(), checkTree(trees[gpt.RootA], func(t *tree.Tree) error { return checkPrograms(s, t) }))
	if says, none, err := posapiCheck(trees); !none {
		add("posapi", says, err)
	}
	add(gpt.UIA, "what the screen needs, with every library", checkTree(trees[gpt.UIA], checkUserland))
	return checks
}

// checkTree looks at a part that has to be there.
func checkTree(t *tree.Tree, f func(*tree.Tree) error) error {
	if t == nil {
		return fmt.Errorf("holds nothing that can be read")
	}
	return f(t)
}

func checkUEFI(t *tree.Tree) error {
	folder := "/" + loader.Folder(bootdisk.A) + "/"
	for _, p := range []string{"/EFI/BOOT/BOOTX64.EFI", "/" + loader.Conf, "/" + loader.EntryPath(bootdisk.A), folder + "vmlinuz", folder + "initrd"} {
		if n, err := t.Lookup(p); err != nil || n.Size == 0 {
			return fmt.Errorf("there is no %s", p)
		}
	}
	return nil
}

var bootPartition = regexp.MustCompile(`(?m)^boot_partition=(\d+)$`)

// checkAutoboot demands that both numbers are the slots' partitions.
func checkAutoboot(table gpt.Table, t *tree.Tree) error {
	if t == nil {
		return fmt.Errorf("holds nothing that can be read")
	}
	text, err := bytesOf(t, "/autoboot.txt")
	if err != nil {
		return err
	}
	said := bootPartition.FindAllSubmatch(text, -1)
	if len(said) != 2 {
		return fmt.Errorf("autoboot.txt names %d partitions", len(said))
	}
	for i, name := range []string{gpt.BootA, gpt.BootB} {
		p, ok := table.Named(name)
		if n, _ := strconv.Atoi(string(said[i][1])); !ok || n != p.Number {
			return fmt.Errorf("autoboot.txt names partition %s, %s is %d", said[i][1], name, p.Number)
		}
	}
	return nil
}

// checkPrograms demands init and every program of the station, built for its processor.
func checkPrograms(s station.Station, t *tree.Tree) error {
	machine := map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}[s.GOARCH()]
	at := []string{"/gokrazy/init"}
	for _, p := range s.Programs {
		at = append(at, p.Path())
	}
	for _, p := range at {
		n, err := t.Lookup(p)
		if err != nil {
			return err
		}
		f, err := elf.NewFile(n.Data)
		if err != nil {
			return fmt.Errorf("%s: %w", path.Base(p), err)
		}
		if f.Machine != machine {
			return fmt.Errorf("%s is for %s", path.Base(p), f.Machine)
		}
	}
	return nil
}
