// Package station describes the kinds of boxes: which programs run on each and what its kernel is told. The builder packs
// by it, and init runs what it says.
package station

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"posbox/gokrazy/box"
)

// Program is a daemon of ours on the box.
type Program struct {
	Name    string   `json:"name"`
	Package string   `json:"-"` // Go package it is built from
	Args    []string `json:"args"`
}

// Path is where a program stands in the root.
func (p Program) Path() string { return "/user/" + p.Name }

// Station is a kind of box.
type Station struct {
	Name     string    `json:"name"`
	About    string    `json:"-"`
	Arch     string    `json:"-"` // as Go calls it; empty means amd64
	Kernel   []string  `json:"-"` // arguments besides those that name the root
	Programs []Program `json:"programs"`
	Firmware bool      `json:"-"` // graphics, network and processor of real machines ask for it
	TryBoot  bool      `json:"-"` // a Raspberry Pi: its firmware reads autoboot.txt; all others have UEFI
	Untested string    `json:"-"` // what nobody has seen working; said wherever the station is shown
}

// Files that the builder writes and init reads.
const (
	File        = "/etc/posbox/station.json"
	VersionFile = "/etc/posbox/version"
	BuiltFile   = "/etc/posbox/built"        // when its sources were, RFC 3339: no clock of a box is earlier
	KeysFile    = "/etc/posbox/release.keys" // whose updates the box takes; without it: nobody's
)

// Health is where posd says whether it can sell.
const Health = "http://127.0.0.1:8080/api/health"

// The vm station's management network: how image run reaches the guest. No other station has it.
const (
	ManagementMAC     = "52:54:00:b0:00:01"
	ManagementAddress = "10.0.2.15/24" // what QEMU's user network expects
	ForwardPorts      = "opt/posbox/forward"
	LookPort          = 79 // tests look into the guest there: see gokrazy/manage
)

// The tax office's PosAPI, on boxes that were built with the vendor's package: it runs in a network of its own that leads to
// the outside and to nobody on the way; posd alone reaches it.
const (
	PosAPIFile    = "/etc/posbox/posapi.json" // what of the package is started
	PosAPIUser    = 997
	PosAPIHost    = "198.18.77.1" // the box's end; the block is set aside for benchmarks, so no shop's network has it
	PosAPIAddress = "198.18.77.2"
	PosAPIPort    = 7080
)

// Vendor is what of the vendor's package is started.
type Vendor struct {
	Package string `json:"package"` // name and version
	SHA256  string `json:"sha256"`  // of the package
	Program string `json:"program"` // its path in the userland
}

// ParseVendor reads PosAPIFile.
func ParseVendor(b []byte) (v Vendor, err error) {
	if err = json.Unmarshal(b, &v); err == nil && !strings.HasPrefix(v.Program, "/") {
		err = fmt.Errorf("program %q", v.Program)
	}
	if err != nil {
		return v, fmt.Errorf("%s: %w", PosAPIFile, err)
	}
	return v, nil
}

// ScreenOption is how an emulator says "off": no kiosk. Real machines cannot say it.
const ScreenOption = "opt/posbox/screen"

var posd = Program{Name: "posd", Package: "posbox/cmd/posd", Args: []string{"-data", "/perm/posbox", "-listen", "127.0.0.1:8080", "-box", box.Run, "-token", box.Run + "/" + box.TokenFile}}

// network gives the box its address and the time.
var network = Program{Name: "network", Package: "posbox/gokrazy/network"}

// posapi runs the tax office's service.
var posapi = Program{Name: "posapi", Package: "posbox/gokrazy/posapi"}

// guard owns the slots and earns the watchdog.
var guard = Program{Name: "guard", Package: "posbox/cmd/guard"}

// kiosk shows the till on the screen.
var kiosk = Program{Name: "kiosk", Package: "posbox/cmd/kiosk"}

// always is told to every kernel: a dead box starts again by itself, nothing waits for disks that are there, and the copy
// of the partition table is believed where the first one is damaged.
var always = []string{"gpt", "panic=10", "oops=panic", "consoleblank=0", "vt.global_cursor_default=0", "loglevel=4"}

// emulated is told to a kernel in an emulator: no processor's faults have to be worked around there, and to do so costs more
// than elsewhere, because each system call would empty the emulator's tables.
var emulated = []string{"mitigations=off"}

// stations in the order in which they are shown.
var stations = []Station{
	{
		Name:     "vm",
		About:    "QEMU: for development and tests; has a management network",
		Kernel:   slices.Concat(always, emulated, []string{"console=tty0", "console=ttyS0,115200"}),
		Programs: []Program{posd, network, guard, kiosk, {Name: "manage", Package: "posbox/gokrazy/manage"}},
	},
	{
		Name:     "pc",
		About:    "a PC with UEFI: Intel or AMD, disk on SATA, NVMe, eMMC or USB",
		Kernel:   append(slices.Clone(always), "console=tty0"),
		Programs: []Program{posd, network, guard, kiosk},
		Firmware: true,
	},
	{
		// Without the guard: it speaks to systemd-boot, which a Pi has not.
		Name:     "pi",
		About:    "a Raspberry Pi 4 or 5 (400, 500, CM4, CM5), from SD card, eMMC, USB or NVMe",
		Arch:     "arm64",
		Kernel:   append(slices.Clone(always), "console=tty1", "rootwait"),
		Programs: []Program{posd, network},
		TryBoot:  true,
		Untested: "not run on hardware; does not update itself yet",
	},
}

// Named finds a station.
func Named(name string) (Station, error) {
	var known []string
	for _, s := range stations {
		if s.Name == name {
			return s, nil
		}
		known = append(known, s.Name)
	}
	return Station{}, fmt.Errorf("there is no station %q; stations: %s", name, strings.Join(known, ", "))
}

// WithPosAPI is the station with the tax office's service: its program, and posd told where it is. A till's own settings may
// still name another.
func (s Station) WithPosAPI() (Station, error) {
	if s.GOARCH() != "amd64" {
		return s, fmt.Errorf("the tax office's PosAPI is made for PCs, station %s is none: give its tills the address of a PosAPI in the shop's network (setting fiscal.posapi)", s.Name)
	}
	s.Programs = slices.Clone(s.Programs)
	for i, p := range s.Programs {
		if p.Name == posd.Name {
			s.Programs[i].Args = append(slices.Clone(p.Args), "-posapi", fmt.Sprintf("http://%s:%d", PosAPIAddress, PosAPIPort))
		}
	}
	s.Programs = append(s.Programs, posapi)
	return s, nil
}

// GOARCH is the station's architecture.
func (s Station) GOARCH() string { return cmp.Or(s.Arch, "amd64") }

// Has reports whether a program runs on the station.
func (s Station) Has(program string) bool {
	return slices.ContainsFunc(s.Programs, func(p Program) bool { return p.Name == program })
}

// JSON is what stands in File.
func (s Station) JSON() []byte {
	b, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		panic(err) // strings only
	}
	return append(b, '\n')
}

// Parse reads JSON.
func Parse(b []byte) (s Station, err error) {
	if err := json.Unmarshal(b, &s); err != nil {
		return s, fmt.Errorf("station: %w", err)
	}
	return s, nil
}
