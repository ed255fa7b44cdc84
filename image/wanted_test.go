package main

import "testing"

func TestLeftOut(t *testing.T) {
	for name, want := range map[string]bool{
		"perl-base": true, "libperl5.36": true, "libtext-glob-perl": true, "systemd": true, "libpam-runtime": true, "libsemanage2": true,
		"libsystemd0": false, "chromium": false, "libpam0g": false, "tar": true, "libtar0": false,
	} {
		if leftOut(name) != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
	for _, w := range wanted {
		if leftOut(w.name) || w.why == "" {
			t.Errorf("%s is wanted and left out, or has no reason", w.name)
		}
	}
}

func TestKeep(t *testing.T) {
	for p, want := range map[string]bool{
		"/usr/share/doc": false, "/usr/share/doc/x/copyright": false, "/usr/share/documents": true, "/etc/cron.daily/x": false,
		"/etc/rc2.d/x": false, "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf": true,
		"/usr/share/fonts/truetype/noto/NotoSansThai-Regular.ttf": false, "/usr/share/fonts/truetype/noto": true,
		"/usr/lib/chromium/locales/de.pak": false, "/usr/lib/chromium/chromium": true, "/usr/share/perl5/x": false,
		"/usr/lib/x86_64-linux-gnu/perl-base/x": false, "/": true,
		"/lib/udev/hwdb.d/20-x.hwdb": false, "/lib/udev/rules.d/50-x.rules": true,
	} {
		if keep(p) != want {
			t.Errorf("%s: %v", p, !want)
		}
	}
}
