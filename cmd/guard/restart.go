package main

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"time"

	"golang.org/x/sys/unix"
)

// Restarting through gokrazy ends the programs in order. If it does not come to that, the box restarts all the same: all
// that matters is on the disk.
const (
	beforeRestart = time.Second // for the answer to whoever asked
	restartLimit  = 20 * time.Second
)

// restart starts the box again through the firmware: that is where a trial begins and ends.
func restart(log *slog.Logger) {
	time.Sleep(beforeRestart)
	client := http.Client{Timeout: restartLimit, Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", "/run/gokrazy-http.sock")
	}}}
	unix.Sync()
	resp, err := client.Post("http://gokrazy/reboot?kexec=off&wait_per_signal=5s", "", nil)
	if err == nil {
		resp.Body.Close()
	}
	time.Sleep(restartLimit)
	log.Error("gokrazy does not restart", "err", err)
	unix.Sync()
	if err := unix.Reboot(unix.LINUX_REBOOT_CMD_RESTART); err != nil {
		log.Error("no restart", "err", err)
	}
}
