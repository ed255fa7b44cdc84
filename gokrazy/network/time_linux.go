package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/beevik/ntp"
	"golang.org/x/sys/unix"
)

func setSystem(t time.Time) error {
	tv := unix.NsecToTimeval(t.UnixNano())
	return unix.Settimeofday(&tv)
}

// rtcDevice is the clock that runs on the box's battery. It runs in UTC.
const rtcDevice = "/dev/rtc0"

func readRTC() (t time.Time, err error) {
	f, err := os.Open(rtcDevice)
	if err != nil {
		return t, err
	}
	defer f.Close()
	r, err := unix.IoctlGetRTCTime(int(f.Fd()))
	if err != nil {
		return t, err
	}
	return time.Date(int(r.Year)+1900, time.Month(r.Mon+1), int(r.Mday), int(r.Hour), int(r.Min), int(r.Sec), 0, time.UTC), nil
}

func writeRTC(t time.Time) error {
	f, err := os.OpenFile(rtcDevice, os.O_RDWR, 0)
	if errors.Is(err, os.ErrNotExist) {
		return nil // a box without one
	}
	if err != nil {
		return err
	}
	defer f.Close()
	t = t.UTC()
	return unix.IoctlSetRTCTime(int(f.Fd()), &unix.RTCTime{Sec: int32(t.Second()), Min: int32(t.Minute()), Hour: int32(t.Hour()),
		Mday: int32(t.Day()), Mon: int32(t.Month()) - 1, Year: int32(t.Year()) - 1900})
}

// running is how long the machine has been on.
func running() time.Duration {
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &ts); err != nil {
		return 0
	}
	return time.Duration(ts.Nano())
}

// ntpServers are asked besides those that the network names.
var ntpServers = []string{"0.pool.ntp.org", "1.pool.ntp.org", "2.pool.ntp.org", "3.pool.ntp.org"}

// enough answers are waited for, of at most so many servers.
const (
	enough     = 3
	mostAsked  = 6
	ntpTimeout = 3 * time.Second
)

// queryNTP returns how far the clock is off: the median of what the servers say, so that one that is wrong does not matter.
func queryNTP(ctx context.Context, servers []string) (time.Duration, error) {
	var offs []time.Duration
	var errs []error
	for _, s := range servers[:min(len(servers), mostAsked)] {
		if ctx.Err() != nil || len(offs) == enough {
			break
		}
		r, err := ntp.QueryWithOptions(s, ntp.QueryOptions{Timeout: ntpTimeout})
		if err == nil {
			err = r.Validate()
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", s, err))
			continue
		}
		offs = append(offs, r.ClockOffset)
	}
	if len(offs) == 0 {
		return 0, errors.Join(errs...)
	}
	slices.Sort(offs)
	return offs[len(offs)/2], nil
}
