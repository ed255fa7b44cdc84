package main

import "strings"

// wanted are the Debian packages of the userland, each with its reason. What they depend on comes with them.
var wanted = []struct{ name, why string }{
	{"alsa-utils", "sound: a mixer that is not muted"},
	{"ca-certificates", "the authorities that TLS believes"},
	{"chromium", "the screen"},
	{"e2fsprogs", "makes and checks /perm"},
	{"fonts-dejavu-core", "a second font with Ө ө Ү ү ₮"},
	{"fonts-noto-core", "the screen's font"},
	{"libegl1", "graphics, where hardware has them"},
	{"libgl1-mesa-dri", "graphics, where hardware has them"},
	{"libgles2", "graphics, where hardware has them"},
	{"libinput-bin", "input devices' quirks"},
	{"seatd", "opens screens and input devices for the compositor, which is nobody special"},
	{"tzdata", "Asia/Ulaanbaatar"},
	{"udev", "input devices, by what they are"},
	{"sway", "the compositor: each page on its own screen, also one that is plugged in later"},
	{"xkb-data", "keyboard layouts us and mn"},
}

// left are packages that others depend on and the box does without: nothing is installed or configured on it, and it has
// no shell.
var left = []struct{ name, why string }{
	{"adduser", "users are fixed"}, {"passwd", "users are fixed"}, {"libpam-*", "nobody logs in"},
	{"adwaita-icon-theme", "no desktop"}, {"hicolor-icon-theme", "no desktop"}, {"gtk-update-icon-cache", "no desktop"},
	{"xdg-utils", "no desktop"}, {"x11-utils", "no X"}, {"x11-common", "no X"}, {"iso-codes", "no desktop"},
	{"dbus-user-session", "no desktop"}, {"dconf-*", "no desktop"}, {"at-spi2-common", "no desktop"},
	{"debconf", "nothing is installed"}, {"dpkg", "nothing is installed"}, {"init-system-helpers", "nothing is installed"},
	{"usrmerge", "the tree is made merged"}, {"lsb-base", "no init scripts"}, {"sysvinit-utils", "no init scripts"},
	{"libsemanage*", "no SELinux tools"}, {"tar", "nothing is unpacked"}, {"procps", "no shell"}, {"openssl", "no shell"},
	{"polkitd", "nobody asks for rights"}, {"libduktape*", "polkitd is left out"}, {"libpolkit-agent*", "polkitd is left out"}, {"sed", "no shell"}, {"sgml-base", "no desktop"}, {"xml-core", "no desktop"},
	{"dbus", "no desktop"}, {"dbus-*", "no desktop"},
	{"systemd", "gokrazy is the init"}, {"systemd-sysv", "gokrazy is the init"},
	{"perl*", "only maintainer scripts want it"}, {"libperl*", "only maintainer scripts want it"}, {"lib*-perl", "only maintainer scripts want it"},
}

// leftOut reports whether a package stands in left. A star is allowed at either side of a dash or at the end.
func leftOut(name string) bool {
	for _, l := range left {
		before, after, star := strings.Cut(l.name, "*")
		if name == l.name || star && strings.HasPrefix(name, before) && strings.HasSuffix(name, after) && len(name) >= len(before)+len(after) {
			return true
		}
	}
	return false
}

// The kernel and its loader have a lock of their own: they go elsewhere.
const (
	kernelName = "linux-image-amd64" // depends on the newest
	bootloader = "systemd-boot-efi"
)

// firmware are the packages of what the hardware's own processors run; none is free software. Which of their files go onto
// the box, firmware.go chooses. They have a lock of their own: the vm station takes none.
var firmware = []struct{ name, why string }{
	{"amd64-microcode", "corrections of AMD processors"},
	{"firmware-amd-graphics", "AMD graphics: amdgpu shows no picture without"},
	{"firmware-misc-nonfree", "Intel graphics: power saving of the screen, video"},
	{"firmware-realtek", "Realtek network: links that drop without"},
	{"intel-microcode", "corrections of Intel processors"},
}

// trimmed are folders and files of the userland that the box does not need. A path is taken with all below it.
var trimmed = []string{
	"/etc/cron*", "/etc/default", "/etc/init.d", "/etc/logrotate.d", "/etc/rc*.d", "/etc/X11/Xsession.d", "/etc/apt", "/etc/dpkg", "/etc/kernel",
	"/usr/include", "/usr/lib/chromium/libVkLayer_khronos_validation.so", "/usr/lib/systemd/system", "/usr/lib/systemd/user", "/usr/lib/udev/hwdb.d", "/usr/lib/x86_64-linux-gnu/gconv",
	"/usr/lib/udev/rules.d/73-special-net*", "/usr/lib/udev/rules.d/75-net*", "/usr/lib/udev/rules.d/80-net*", // network cards keep their names
	"/usr/lib/udev/rules.d/80-drivers*", // init loads drivers

	"/usr/lib/x86_64-linux-gnu/perl*",
	"/usr/lib/x86_64-linux-gnu/systemd/libsystemd-core*", "/usr/share/backgrounds", "/usr/share/applications", "/usr/share/bash-completion", "/usr/share/bug", "/usr/share/doc", "/usr/share/gtk-doc",
	"/usr/share/help", "/usr/share/icons", "/usr/share/info", "/usr/share/lintian", "/usr/share/locale", "/usr/share/man", "/usr/share/menu",
	"/usr/share/perl*", "/usr/share/pixmaps", "/usr/share/sounds", "/usr/share/zsh", "/usr/share/libwacom", "/usr/share/wayland-sessions", "/var",
}

// Of these folders only some files stay.
var keptOnly = []struct {
	folder string
	keep   []string // beginnings of names
}{
	{"/usr/share/fonts/truetype/noto/", []string{"NotoSans-Regular", "NotoSans-Bold.", "NotoSans-SemiBold.", "NotoSans-Medium.", "NotoSansMono-", "NotoSansSymbols-", "NotoSansSymbols2-"}},
	{"/usr/lib/chromium/locales/", []string{"en-US"}},
}

// keep reports whether a path of a package goes into the userland.
func keep(p string) bool {
	p = strings.Replace(merged(p), "/aarch64-linux-gnu", "/x86_64-linux-gnu", 1) // the lists name one of both
	for _, t := range trimmed {
		if under(p, t) {
			return false
		}
	}
	for _, k := range keptOnly {
		name, in := strings.CutPrefix(p, k.folder)
		if !in {
			continue
		}
		for _, begin := range k.keep {
			if strings.HasPrefix(name, begin) {
				return true
			}
		}
		return false
	}
	return true
}

// merged is a path of an older package where it lands: below /usr.
func merged(p string) string {
	for _, top := range []string{"/bin/", "/sbin/", "/lib/", "/lib64/"} {
		if strings.HasPrefix(p, top) {
			return "/usr" + p
		}
	}
	return p
}

// under reports whether a path is the pattern or below it. A star stands for the rest of a name.
func under(p, pattern string) bool {
	before, after, star := strings.Cut(pattern, "*")
	rest, ok := strings.CutPrefix(p, before)
	if !ok {
		return false
	}
	if star {
		i := strings.IndexByte(rest, '/')
		if i < 0 {
			i = len(rest)
		}
		name := rest[:i]
		return strings.HasSuffix(name, after)
	}
	return rest == "" || rest[0] == '/'
}
