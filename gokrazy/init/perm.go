package main

import (
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"posbox/gokrazy/bootdisk"
	"posbox/gokrazy/box"
	"posbox/gokrazy/gpt"
	"posbox/gokrazy/perm"
)

// permDir is where gokrazy mounts the partition.
const permDir = "/perm"

// fullBytes is when /perm is told to be full.
const fullBytes = 4 << 20

// permanent is /perm on its way from the disk to the programs.
type permanent struct {
	box.Perm
	dev  string
	size int64    // of the partition
	held *os.File // keeps gokrazy from mounting what is damaged
}

var tools = perm.Tools{Root: userland}

// preparePerm mends the partition table, lets /perm reach to the end of the disk and checks what is on it. What cannot be
// used is held, and memory stands in its place: so everything starts and the screen can say what is wrong.
func preparePerm(disk *bootdisk.Disk) *permanent {
	p := &permanent{}
	p.Perm = p.check(disk)
	if !p.Lost() {
		return p
	}
	if p.dev != "" {
		var err error
		if p.held, err = os.OpenFile(p.dev, os.O_RDWR|unix.O_EXCL, 0); err != nil {
			log.Println("perm:", err)
		}
	}
	p.standIn()
	return p
}

func (p *permanent) check(disk *bootdisk.Disk) box.Perm {
	f, err := os.OpenFile("/dev/"+disk.Name, os.O_RDWR, 0)
	if err != nil {
		return box.Perm{State: box.PermMissing, Detail: err.Error()}
	}
	defer f.Close()
	grown, err := mendTable(f, disk)
	if err != nil {
		log.Println("perm:", err) // the table that is there has served so far
	}
	part, ok := disk.Table.Named(gpt.Perm)
	if p.dev, err = disk.Device(gpt.Perm); err != nil || !ok {
		return box.Perm{State: box.PermMissing, Detail: fmt.Sprint(err)}
	}
	p.size = part.Size()
	if err := tellKernel(f, p.dev, part); err != nil {
		log.Println("perm:", err)
		p.size = 0 // what the kernel does not know of cannot be filled
	}
	state := tools.Prepare(p.dev, perm.Mark{Disk: f, At: perm.MarkAt})
	state.Grown = grown
	return state
}

// mendTable looks at the partition table on the disk.
func mendTable(f *os.File, disk *bootdisk.Disk) (grown bool, err error) {
	size, err := f.Seek(0, 2)
	if err != nil {
		return false, err
	}
	table, grown, err := gpt.Mend(f, size)
	if err == nil {
		disk.Table = table
	}
	return grown, err
}

// tellKernel says how large the partition is, if the kernel thinks otherwise.
func tellKernel(f *os.File, dev string, part gpt.Partition) error {
	text, err := os.ReadFile("/sys/class/block/" + filepath.Base(dev) + "/size")
	if err != nil {
		return err
	}
	if known, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err != nil || known*gpt.Sector == part.Size() {
		return err
	}
	return perm.TellKernel(f, part)
}

// standIn gives the programs memory in the place of the disk.
func (p *permanent) standIn() {
	if err := unix.Mount("tmpfs", permDir, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "size=64M,mode=755"); err != nil {
		log.Println("perm:", err)
	}
}

// settle ends what could not be done before gokrazy had mounted /perm, and tells the programs how it is.
func (p *permanent) settle() {
	if !p.Lost() {
		p.Perm = p.mounted()
	}
	if !p.Lost() {
		if err := nameBox(permDir, unix.Sethostname); err != nil {
			log.Println("name:", err)
		}
	}
	p.tell()
	if p.State == box.PermDamaged {
		go p.awaitRepair()
	}
}

// mounted looks at what gokrazy has mounted.
func (p *permanent) mounted() box.Perm {
	state := p.Perm
	var st unix.Statfs_t
	if err := unix.Statfs(permDir, &st); err != nil || st.Type != unix.EXT4_SUPER_MAGIC {
		p.standIn()
		return box.Perm{State: box.PermDamaged, Detail: "it was checked and cannot be mounted", Grown: state.Grown}
	}
	// A program that finds a fault on the disk must not go on writing.
	if err := unix.Mount("", permDir, "", unix.MS_REMOUNT|unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOATIME, "errors=remount-ro"); err != nil {
		log.Println("perm:", err)
	}
	grown, err := perm.Fill(permDir, p.dev, p.size)
	if err != nil {
		log.Println(err)
	}
	state.Grown = state.Grown || grown
	if err := unix.Statfs(permDir, &st); err == nil && int64(st.Bavail)*st.Bsize < fullBytes && state.State == box.PermOK {
		state.State = box.PermFull
	}
	return state
}

// tell says on the console and to the programs how /perm is.
func (p *permanent) tell() {
	switch {
	case p.Detail == perm.Made:
		say("posbox: perm made")
	case p.State != box.PermOK:
		say("posbox: perm " + string(p.State) + ": " + strings.ReplaceAll(p.Detail, "\n", " / "))
	}
	if p.Grown {
		say("posbox: perm grown")
	}
	if err := box.Put(box.Run, box.PermFile, p.Perm); err != nil {
		log.Println("perm:", err)
	}
}

// awaitRepair waits until a person has said that /perm is to be repaired at whatever loss.
func (p *permanent) awaitRepair() {
	wish := filepath.Join(box.Run, box.RepairFile)
	for {
		time.Sleep(time.Second)
		if os.Remove(wish) == nil && p.repair() {
			return
		}
	}
}

// repair does it and starts the box again: after that everything begins as if nothing had been.
func (p *permanent) repair() bool {
	p.State = box.PermRepairing
	p.tell()
	if p.held != nil {
		p.held.Close()
		p.held = nil
	}
	err := tools.Repair(p.dev)
	if err != nil {
		p.Perm = box.Perm{State: box.PermDamaged, Detail: "not repaired: " + err.Error(), Grown: p.Grown}
		p.tell()
		return false
	}
	say("posbox: perm repaired, starting again")
	unix.Sync()
	if err := unix.Reboot(unix.LINUX_REBOOT_CMD_RESTART); err != nil {
		log.Println(errors.Join(errors.New("perm: no restart"), err))
	}
	return true
}
