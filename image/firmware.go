package main

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"posbox/image/cpio"
	"posbox/image/tree"
)

// firmwareDir is where the kernel looks for what hardware's own processors run.
const firmwareDir = "/lib/firmware/"

// firmwareLeft are files that a packed driver may ask for and no till has a use for. A star ends a name.
var firmwareLeft = []struct{ name, why string }{
	{"amdgpu/aldebaran_*", "computing in data centres, no screen"},
	{"amdgpu/arcturus_*", "computing in data centres, no screen"},
	{"amdgpu/vega20_*", "computing in data centres, no screen"},
	{"amdgpu/fiji_*", "large cards for games"},
	{"amdgpu/sienna_*", "large cards for games"},
	{"amdgpu/navy_*", "large cards for games"},
	{"amdgpu/navi12_*", "large cards for games"},
	{"i915/dg1_*", "a card that was never sold alone"},
	{"e100/*", "network cards of 2000"},
	{"tigon/*", "network cards of 2000"},
	{"3com/*", "network cards of 2000"},
}

// firmwareMust are beginnings of names of which one file at least must be there: the graphics of boxes that are sold as
// tills, and their network. A package that is cut differently stops the build here.
var firmwareMust = []struct{ begin, why string }{
	{"i915/skl_dmc", "Core of generations 6 and 7"},
	{"i915/kbl_dmc", "Core of generations 7 to 10, Celeron 3865U"},
	{"i915/bxt_dmc", "Celeron N3350, J3455"},
	{"i915/glk_dmc", "Celeron J4105, J4125, N4000"},
	{"i915/icl_dmc", "Celeron J6412, N6211; Core of generation 10"},
	{"i915/tgl_dmc", "Core of generation 11"},
	{"i915/adlp_dmc", "N100 and Core of generation 12"},
	{"i915/adlp_guc", "N100 and Core of generation 12"},
	{"amdgpu/stoney", "A4, A6 and A9 of 2016"},
	{"amdgpu/raven2", "Ryzen R1000 and Athlon 3000"},
	{"amdgpu/picasso", "Ryzen V1000"},
	{"amdgpu/renoir", "Ryzen V2000"},
	{"radeon/kabini", "GX of 2013: thin clients"},
	{"rtl_nic/rtl8168h", "the network of most boxes"},
}

// addFirmware copies what the packed modules may ask for from the unpacked packages into the root.
func addFirmware(root, packages *tree.Tree, k *kernelFiles) error {
	var names []string
	for _, module := range k.chosen.Names() {
		m, _ := k.chosen.Module(module)
		names = append(names, m.Firmware...)
	}
	slices.Sort(names)
	var packed []string
	for _, name := range slices.Compact(names) {
		n, err := packages.Lookup(firmwareDir + name) // through links: some names are others' files
		if err != nil || n.Kind != tree.File || leftFirmware(name) {
			continue // the kernel also knows files that were never published
		}
		copied := *n
		if err := root.Add(firmwareDir+name, &copied); err != nil {
			return err
		}
		packed = append(packed, name)
	}
	return checkFirmware(packed)
}

// leftFirmware reports whether a file stands in firmwareLeft.
func leftFirmware(name string) bool {
	for _, l := range firmwareLeft {
		if strings.HasPrefix(name, strings.TrimSuffix(l.name, "*")) {
			return true
		}
	}
	return false
}

// checkFirmware demands what firmwareMust names.
func checkFirmware(packed []string) error {
	for _, must := range firmwareMust {
		if !slices.ContainsFunc(packed, func(name string) bool { return strings.HasPrefix(name, must.begin) }) {
			return fmt.Errorf("no firmware %s…: %s", must.begin, must.why)
		}
	}
	return nil
}

// Corrections of processors, by maker: the folder of the package, and the name by which the kernel finds them in an archive
// that stands before the initial files (Documentation/x86/microcode.rst).
var microcode = []struct {
	folder, name string
	file         *regexp.Regexp
}{
	{"/lib/firmware/amd-ucode", "AuthenticAMD.bin", regexp.MustCompile(`^microcode_amd.*\.bin$`)},
	{"/lib/firmware/intel-ucode", "GenuineIntel.bin", regexp.MustCompile(`^[0-9a-f]{2}-[0-9a-f]{2}-[0-9a-f]{2}(\.initramfs)?$`)},
}

// serverProcessors are Intel's for servers, by family and model: two thirds of all bytes, and no till has one.
var serverProcessors = []string{"06-55-", "06-6a-", "06-6c-", "06-8f-", "06-ad-", "06-ae-", "06-af-", "06-cf-"}

// earlyMicrocode makes that archive: uncompressed, as the kernel reads it before it can unpack anything.
func earlyMicrocode(packages *tree.Tree) ([]byte, error) {
	t := tree.New()
	for _, maker := range microcode {
		all, err := joined(packages, maker.folder, maker.file)
		if err != nil {
			return nil, err
		}
		if err := t.AddBytes(path.Join("/kernel/x86/microcode", maker.name), 0o644, all); err != nil {
			return nil, err
		}
	}
	var out bytes.Buffer
	err := cpio.Write(&out, t)
	return out.Bytes(), err
}

// joined puts the files of a folder one behind the other, by name: each says itself which processor it is for.
func joined(t *tree.Tree, folder string, wanted *regexp.Regexp) (all []byte, err error) {
	dir, err := t.Lookup(folder)
	if err != nil {
		return nil, err
	}
	for _, name := range dir.Names() {
		server := slices.ContainsFunc(serverProcessors, func(p string) bool { return strings.HasPrefix(name, p) })
		if !wanted.MatchString(name) || server {
			continue
		}
		b, err := bytesOf(t, folder+"/"+name)
		if err != nil {
			return nil, err
		}
		all = append(all, b...)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s holds nothing for processors", folder)
	}
	return all, nil
}
