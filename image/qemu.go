package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"posbox/gokrazy/station"
)

// runOptions say how an image is started.
type runOptions struct {
	image, qmp, serial, disk string
	graphics, vnc            string
	headless, disposable     bool
	kvm, lan                 bool
	stick                    string // file in the place of a USB stick
	screenless               bool   // the box does without its kiosk
	screens                  int    // outputs of the graphics card; 0: one
	writes                   string // file in which QEMU notes all that the guest writes and flushes, in its order
	more                     []string
	memory                   int    // in MiB; 0: 2048
	processors               int    // 0: as many as the emulator can be trusted with
	size                     string // of a larger disk, as qemu-img writes it: 12G
	overlay                  string // over the image, if it needs one
	direct                   string // folder for kernel and initial files, if the firmware cannot read the disk
	bare                     bool   // no UEFI either: the fastest start, and no updates; needs direct
	forward                  forwards
}

// forwards are ports of the host that lead into the guest.
type forwards []struct{ host, guest int }

func (f *forwards) String() string { return fmt.Sprint(*f) }

// Set adds HOST:GUEST.
func (f *forwards) Set(s string) error {
	h, g, _ := strings.Cut(s, ":")
	host, err1 := strconv.Atoi(h)
	guest, err2 := strconv.Atoi(g)
	if err1 != nil || err2 != nil || host < 1 || host > 65535 || guest < 1 || guest > 65535 {
		return fmt.Errorf("%q is not HOST:GUEST", s)
	}
	*f = append(*f, struct{ host, guest int }{host, guest})
	return nil
}

// Firmware of Debian's package ovmf.
const (
	firmwareCode = "/usr/share/OVMF/OVMF_CODE_4M.fd"
	firmwareVars = "/usr/share/OVMF/OVMF_VARS_4M.fd"
)

// errNoEmulator says what to install.
var errNoEmulator = errors.New("QEMU is needed: Debian packages qemu-system-x86, qemu-utils and ovmf")

func runRun(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	fs := flag.NewFlagSet("image run", flag.ContinueOnError)
	var o runOptions
	fs.StringVar(&o.image, "img", "", "image to start; one that ends in .zst is unpacked beside itself first")
	fs.BoolVar(&o.headless, "headless", false, "no window")
	fs.StringVar(&o.vnc, "vnc", "", "show the screen by VNC instead of in a window, 127.0.0.1:5 say, which is port 5905")
	fs.StringVar(&o.qmp, "qmp", "", "socket for QEMU's control protocol")
	fs.StringVar(&o.serial, "serial", "", "file for the console; default: standard output")
	fs.StringVar(&o.disk, "disk", "virtio", "how the disk is attached: "+diskKinds())
	fs.StringVar(&o.stick, "stick", "", "file that the box finds as a USB stick")
	fs.StringVar(&o.size, "size", "", "start from a larger disk, 16G say, as if the image had been flashed on it; kept beside the image")
	fs.StringVar(&o.graphics, "graphics", "virtio", "the graphics card: virtio or vga, a plain one with no help from the emulator")
	fs.IntVar(&o.screens, "screens", 0, "that can be plugged in, the second for the buyer; 0: one; needs -graphics virtio")
	fs.BoolVar(&o.screenless, "no-screen", false, "start no browser on the screen")
	fs.IntVar(&o.memory, "memory", 0, "of the machine, in MiB; 0: 2048")
	fs.BoolVar(&o.disposable, "disposable", false, "forget what the guest writes")
	fs.BoolVar(&o.kvm, "kvm", false, "use the processor's virtualisation, faster where it works")
	fs.BoolVar(&o.lan, "lan", false, "plug the box into a network that leads out through this machine")
	fs.Var(&o.forward, "fwd", "HOST:GUEST, a port of the guest on the host's loopback; may be given again")
	if err := parse(fs, args, 0, stderr); err != nil {
		return err
	}
	if o.image == "" {
		return fmt.Errorf("%w (run needs -img)", errUsage)
	}
	if err := o.settle(ctx, stderr); err != nil {
		return err
	}
	cmd, err := emulator(ctx, o)
	if err != nil {
		return err
	}
	cmd.Stdout, cmd.Stderr = stdout, stderr
	err = cmd.Run()
	if ctx.Err() != nil {
		return nil // stopped by hand
	}
	return err
}

// emulator prepares QEMU. The firmware's variables, where trials of updates are kept, lie beside the image.
func emulator(ctx context.Context, o runOptions) (*exec.Cmd, error) {
	program, err := exec.LookPath("qemu-system-x86_64")
	if err != nil {
		return nil, errNoEmulator
	}
	if _, err := os.Stat(firmwareCode); err != nil {
		return nil, errNoEmulator
	}
	if _, err := os.Stat(o.image); err != nil {
		return nil, err
	}
	if o.size != "" {
		o.overlay = cmp.Or(o.overlay, o.image+".disk.qcow2")
	}
	if o.disk == "emmc" {
		o.size, o.overlay, o.direct = cardSize, cmp.Or(o.overlay, o.image+".emmc.qcow2"), o.image+".boot"
	}
	if o.processors == 0 {
		if o.processors, err = trusted(ctx, program, o.kvm); err != nil {
			return nil, err
		}
	}
	// The firmware remembers where it started from, so each disk and each way of attaching it has its own.
	vars := cmp.Or(o.overlay, o.image) + "." + o.disk + ".efivars"
	args, err := o.args(vars)
	if err != nil {
		return nil, fmt.Errorf("%w (%v)", errUsage, err)
	}
	if err := ensureVars(vars); err != nil {
		return nil, err
	}
	if o.overlay != "" {
		if err := ensureOverlay(ctx, o.image, o.overlay, o.size); err != nil {
			return nil, err
		}
	}
	if o.direct != "" {
		direct, err := takeBootFiles(o.image, o.direct)
		if err != nil {
			return nil, err
		}
		args = append(args, direct...)
	}
	return exec.CommandContext(ctx, program, args...), nil
}

// usualProcessors are a box's.
const usualProcessors = 2

// lockingVersion is the first QEMU that locks a page of code before it translates it. One before can translate what another
// processor of the guest is about to write, and run that for ever: one start in some 180 with two processors stands still while the
// kernel patches its own code.
var lockingVersion = [2]int{8, 1}

// trusted is how many processors an emulator gets.
func trusted(ctx context.Context, program string, kvm bool) (int, error) {
	if kvm {
		return usualProcessors, nil
	}
	said, err := exec.CommandContext(ctx, program, "--version").Output()
	if err != nil {
		return 0, fmt.Errorf("%s: %w", program, err)
	}
	return trustedOf(string(said)), nil
}

// trustedOf reads it from what --version says; what cannot be read is taken for old.
func trustedOf(said string) int {
	var v [2]int
	if _, err := fmt.Sscanf(said, "QEMU emulator version %d.%d", &v[0], &v[1]); err != nil || slices.Compare(v[:], lockingVersion[:]) < 0 {
		return 1
	}
	return usualProcessors
}

// ensureVars gives the firmware a first set of variables.
func ensureVars(at string) error {
	if _, err := os.Stat(at); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	b, err := os.ReadFile(firmwareVars)
	if err != nil {
		return errNoEmulator
	}
	part := fmt.Sprintf("%s.%d.part", at, os.Getpid())
	if err := os.WriteFile(part, b, 0o644); err != nil {
		return err
	}
	return os.Rename(part, at)
}

// cardSize is what the emulated card has: QEMU wants a power of two, and the smallest boxes have 8 GB.
const cardSize = "8G"

// ensureOverlay makes a disk over the image, larger if told, as if the image had been flashed on it. What the guest writes
// goes there. One that is older than the image describes another and is made anew.
func ensureOverlay(ctx context.Context, image, over, size string) error {
	base, err := filepath.Abs(image)
	if err != nil {
		return err
	}
	below, err := os.Stat(base)
	if err != nil {
		return err
	}
	if info, err := os.Stat(over); err == nil && !info.ModTime().Before(below.ModTime()) {
		return nil
	}
	args := []string{"create", "-q", "-f", "qcow2", "-F", "raw", "-b", base, over}
	if size != "" {
		args = append(args, size)
	}
	out, err := exec.CommandContext(ctx, "qemu-img", args...).CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) {
		return errNoEmulator
	}
	if err != nil {
		return fmt.Errorf("qemu-img: %w: %s", err, out)
	}
	return nil
}

// disks are the ways in which the disk can be attached.
var disks = map[string][]string{
	"virtio": {"-device", "virtio-blk-pci,drive=disk,bootindex=0"},
	"nvme":   {"-device", "nvme,drive=disk,serial=posbox,bootindex=0"},
	"sata":   {"-device", "ide-hd,drive=disk,bus=ide.0,bootindex=0"}, // the q35 machine's own AHCI
	"usb":    {"-device", "usb-storage,drive=disk,removable=on,bootindex=0"},
	"emmc":   {"-device", "sdhci-pci", "-device", "sd-card,drive=disk"},
}

// diskKinds lists them.
func diskKinds() string { return strings.Join(slices.Sorted(maps.Keys(disks)), ", ") }

// screensDevice names the card with more than one output, for whoever looks at them by -qmp.
const screensDevice = "screens"

// cards are the graphics cards.
var cards = map[string]string{"virtio": "virtio-vga", "vga": "VGA"}

// emulated is the processor that software emulates best: one with AVX makes every copy and hash in the guest take longer,
// since Go's and C's own code for it is then emulated too, and one of today has a fifth level of page tables to walk.
const emulated = "Nehalem"

// args are QEMU's. It emulates in software unless told: a /dev/kvm that is there need not work, as inside another VM.
func (o runOptions) args(vars string) ([]string, error) {
	accel, cpu := "tcg,thread=multi", emulated
	if o.kvm {
		accel, cpu = "kvm", "max"
	}
	args := []string{
		"-machine", "q35", "-accel", accel, "-cpu", cpu, "-smp", strconv.Itoa(o.processors), "-m", strconv.Itoa(cmp.Or(o.memory, 2048)), "-nodefaults", "-no-user-config",
		"-drive", "if=none,id=disk," + o.file() + o.snapshot(),
		"-device", "virtio-rng-pci", "-device", "i6300esb", "-device", "qemu-xhci", "-device", "usb-kbd", "-device", "usb-tablet",
	}
	disk, ok := disks[o.disk]
	if !ok {
		return nil, fmt.Errorf("-disk is %s, not %q", diskKinds(), o.disk)
	}
	if o.bare {
		disk = slices.Clone(disk)
		disk[len(disk)-1] = strings.TrimSuffix(disk[len(disk)-1], ",bootindex=0") // what QEMU starts itself comes first
	} else {
		args = append(args, "-drive", "if=pflash,format=raw,readonly=on,file="+escape(firmwareCode),
			"-drive", "if=pflash,format=raw,file="+escape(vars)+o.snapshot())
	}
	card, ok := cards[cmp.Or(o.graphics, "virtio")]
	if !ok {
		return nil, fmt.Errorf("-graphics is virtio or vga, not %q", o.graphics)
	}
	if o.screens > 1 {
		if card != cards["virtio"] {
			return nil, fmt.Errorf("-graphics %s has one screen", o.graphics)
		}
		card += fmt.Sprintf(",id=%s,max_outputs=%d", screensDevice, o.screens)
	}
	args = append(append(args, disk...), "-device", card)
	if o.stick != "" {
		args = append(args, "-drive", "if=none,id=stick,format=raw,file="+escape(o.stick), "-device", "usb-storage,drive=stick,removable=on")
	}
	switch {
	case o.vnc != "":
		args = append(args, "-vnc", escape(o.vnc))
	case o.headless:
		args = append(args, "-display", "none")
	default:
		args = append(args, "-display", "gtk")
	}
	if o.serial == "" {
		args = append(args, "-serial", "stdio")
	} else {
		args = append(args, "-serial", "file:"+o.serial)
	}
	if o.screenless {
		args = append(args, "-fw_cfg", "name="+station.ScreenOption+",string=off")
	}
	if o.qmp != "" {
		args = append(args, "-qmp", "unix:"+escape(o.qmp)+",server=on,wait=off")
	}
	return append(append(args, o.network()...), o.more...), nil
}

// file is the disk's.
func (o runOptions) file() string {
	format, file := "raw", o.image
	if o.overlay != "" {
		format, file = "qcow2", o.overlay
	}
	if o.writes == "" {
		return "format=" + format + ",file=" + escape(file)
	}
	// Flushes are noted and not waited for: it is the notes that say what would be on the disk.
	return "driver=blklogwrites,file.driver=" + format + ",file.file.driver=file,file.cache.no-flush=on,file.file.filename=" + escape(file) +
		",log.driver=file,log.cache.no-flush=on,log.filename=" + escape(o.writes)
}

func (o runOptions) snapshot() string {
	if o.disposable {
		return ",snapshot=on"
	}
	return ""
}

// lanNet is the network of a box that is plugged in. QEMU gives addresses by DHCP there, the first one 10.0.3.15.
const lanNet = "10.0.3.0/24"

// network is the management card and, if the box is plugged in, a card like that of a real one. The management card exists
// where ports are forwarded; restrict keeps it from the world.
func (o runOptions) network() (args []string) {
	if o.lan {
		args = append(args, "-netdev", "user,id=lan,net="+lanNet, "-device", "virtio-net-pci,netdev=lan,romfile=")
	}
	if len(o.forward) == 0 && !o.lan {
		return []string{"-nic", "none"}
	}
	if len(o.forward) == 0 {
		return args
	}
	guest, _, _ := net.ParseCIDR(station.ManagementAddress)
	net := "user,id=management,restrict=on"
	var ports []string
	for _, f := range o.forward {
		net += fmt.Sprintf(",hostfwd=tcp:127.0.0.1:%d-%s:%d", f.host, guest, f.guest)
		ports = append(ports, strconv.Itoa(f.guest))
	}
	return append(args,
		"-netdev", net, "-device", "virtio-net-pci,netdev=management,romfile=,mac="+station.ManagementMAC,
		"-fw_cfg", "name="+station.ForwardPorts+",string="+strings.ReplaceAll(strings.Join(ports, ","), ",", ",,"),
	)
}

// escape makes a path fit for QEMU's options, where a comma ends a value.
func escape(p string) string { return strings.ReplaceAll(filepath.Clean(p), ",", ",,") }
