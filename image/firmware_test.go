package main

import (
	"bytes"
	"strings"
	"testing"

	"posbox/gokrazy/kmod"
	"posbox/image/tree"
)

// toyFirmware is an unpacked package with a file for everything that a box must have, and more.
func toyFirmware(t *testing.T) (packages *tree.Tree, asked []string) {
	packages = tree.New()
	add := func(name string) {
		must(t, packages.AddBytes(firmwareDir+name, 0o644, []byte(name)))
	}
	for _, must := range firmwareMust {
		add(must.begin + "x.bin")
		asked = append(asked, must.begin+"x.bin")
	}
	add("amdgpu/vega20_rlc.bin")
	add("iwlwifi-7260.ucode")
	must(t, packages.AddLink(firmwareDir+"i915/linked.bin", "skl_dmcx.bin"))
	return packages, append(asked, "amdgpu/vega20_rlc.bin", "i915/linked.bin", "i915/never_published.bin")
}

// TestFirmware: what the packed drivers may ask for comes, through links too; what nobody asks for and what is left out
// does not; a package without something that a till needs stops the build.
func TestFirmware(t *testing.T) {
	packages, asked := toyFirmware(t)
	k := &kernelFiles{chosen: kmod.NewIndex([]kmod.Module{{Name: "gpu", Firmware: asked}})}
	root := tree.New()
	must(t, addFirmware(root, packages, k))
	for name, want := range map[string]bool{
		"i915/kbl_dmcx.bin": true, "rtl_nic/rtl8168hx.bin": true, "i915/linked.bin": true,
		"amdgpu/vega20_rlc.bin": false, "iwlwifi-7260.ucode": false, "i915/never_published.bin": false,
	} {
		n, err := root.Lookup(firmwareDir + name)
		if (err == nil) != want {
			t.Errorf("%s: packed %v", name, err == nil)
		}
		if err == nil && n.Kind != tree.File {
			t.Errorf("%s is no file of its own", name)
		}
	}
	packages.Remove(firmwareDir + "amdgpu/stoneyx.bin")
	if err := addFirmware(tree.New(), packages, k); err == nil || !strings.Contains(err.Error(), "amdgpu/stoney") {
		t.Errorf("without a till's graphics: %v", err)
	}
}

// TestEarlyMicrocode: the kernel finds both makers' corrections before it unpacks anything; servers' are not carried about.
func TestEarlyMicrocode(t *testing.T) {
	packages := tree.New()
	for name, content := range map[string]string{
		"amd-ucode/microcode_amd_fam17h.bin": "[amd17]", "amd-ucode/microcode_amd.bin": "[amd]", "amd-ucode/LICENSE.txt": "[no]",
		"intel-ucode/06-8e-09.initramfs": "[8e]", "intel-ucode/06-7a-01": "[7a]", "intel-ucode/06-8f-04": "[xeon]", "intel-ucode/list": "[no]",
	} {
		must(t, packages.AddBytes(firmwareDir+name, 0o644, []byte(content)))
	}
	archive, err := earlyMicrocode(packages)
	must(t, err)
	for _, want := range []string{"kernel/x86/microcode/AuthenticAMD.bin\x00", "[amd][amd17]", "kernel/x86/microcode/GenuineIntel.bin\x00", "[7a][8e]"} {
		if !bytes.Contains(archive, []byte(want)) {
			t.Errorf("no %q in the archive", want)
		}
	}
	if bytes.Contains(archive, []byte("[xeon]")) || bytes.Contains(archive, []byte("[no]")) || len(archive)%4 != 0 {
		t.Errorf("%d bytes: %q", len(archive), archive)
	}
	if _, err := earlyMicrocode(tree.New()); err == nil {
		t.Error("no corrections at all were accepted")
	}
}
