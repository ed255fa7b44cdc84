package kmod

import (
	"bytes"

	"golang.org/x/sys/unix"
)

// Watch loads what devices that appear later ask for, until the kernel's stream of events breaks.
func (l *Loader) Watch(report func(error)) error {
	s, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, unix.NETLINK_KOBJECT_UEVENT)
	if err != nil {
		return err
	}
	defer unix.Close(s)
	if err := unix.Bind(s, &unix.SockaddrNetlink{Family: unix.AF_NETLINK, Groups: 1}); err != nil {
		return err
	}
	// Between cold plug and here something may have been plugged in.
	report(l.ColdPlug())
	buf := make([]byte, 16<<10)
	for {
		n, _, err := unix.Recvfrom(s, buf, 0)
		if err == unix.EINTR {
			continue
		}
		if err == unix.ENOBUFS { // too many at once: look at all there is
			report(l.ColdPlug())
			continue
		}
		if err != nil {
			return err
		}
		if alias := added(buf[:n]); alias != "" {
			report(l.Device(alias))
		}
	}
}

// added returns the modalias of an "add" event, empty for any other. An event is "action@path" and KEY=value, each ended
// by a zero byte.
func added(event []byte) string {
	if !bytes.HasPrefix(event, []byte("add@")) {
		return ""
	}
	for _, pair := range bytes.Split(event, []byte{0}) {
		if alias, ok := bytes.CutPrefix(pair, []byte("MODALIAS=")); ok {
			return string(alias)
		}
	}
	return ""
}
