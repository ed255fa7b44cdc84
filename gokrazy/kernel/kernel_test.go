package kernel

import (
	"slices"
	"strings"
	"testing"

	"posbox/gokrazy/kmod"
)

func TestParseConfig(t *testing.T) {
	c, err := ParseConfig(strings.NewReader("#\n# CONFIG_GPIO_IT87 is not set\nCONFIG_MMC=m\nCONFIG_VERSION=\"a=b\"\n\n"))
	if err != nil || len(c) != 2 || c["MMC"] != "m" || c["VERSION"] != `"a=b"` {
		t.Errorf("%v %v", c, err)
	}
	for _, bad := range []string{"MMC=m", "CONFIG_MMC", "CONFIG_=y"} {
		if _, err := ParseConfig(strings.NewReader(bad)); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}

// TestCheck: whatever is taken away, the check says which and why.
func TestCheck(t *testing.T) {
	needs := []Need{{"A", "", "why a"}, {"B", "mod_b", "why b"}, {"C", "mod_c", "why c"}}
	packed := kmod.NewIndex([]kmod.Module{{Name: "mod_b"}})
	for config, want := range map[string]string{
		"A=y B=m C=y": "",
		"B=m C=y":     "CONFIG_A is not set: why a",
		"A=m B=m C=y": "CONFIG_A is a module and must be built in: why a",
		"A=y B=y C=m": "module mod_c is not packed: why c",
	} {
		c := Config{}
		for _, pair := range strings.Fields(config) {
			option, value, _ := strings.Cut(pair, "=")
			c[option] = value
		}
		if got := strings.Join(Check(c, packed, needs), "; "); got != want {
			t.Errorf("%s: %q, want %q", config, got, want)
		}
	}
}

func TestNeedsAreSane(t *testing.T) {
	seen := map[string]bool{}
	for _, n := range Needs {
		if n.Why == "" || seen[n.Option] || strings.HasPrefix(n.Option, "CONFIG_") || n.Module != kmod.Name(n.Module) {
			t.Errorf("%+v: no reason, twice, or not in the right form", n)
		}
		seen[n.Option] = true
	}
}

func TestChoose(t *testing.T) {
	all := kmod.NewIndex([]kmod.Module{
		{Name: "nvme", Path: "kernel/drivers/nvme/host/nvme.ko", Depends: []string{"nvme_core"}},
		{Name: "nvme_core", Path: "kernel/elsewhere/nvme-core.ko"},
		{Name: "ocfs2", Path: "kernel/fs/ocfs2/ocfs2.ko"},
		{Name: "odd", Path: "kernel/drivers/usb/serial/odd.ko"},
		{Name: "far", Path: "kernel/drivers/usb/serialfar/far.ko"},
	})
	if got := Choose(all).Names(); !slices.Equal(got, []string{"nvme", "nvme_core", "odd"}) {
		t.Errorf("%v", got)
	}
}

func FuzzParseConfig(f *testing.F) {
	f.Add("CONFIG_A=y\n")
	f.Fuzz(func(t *testing.T, s string) { ParseConfig(strings.NewReader(s)) })
}
