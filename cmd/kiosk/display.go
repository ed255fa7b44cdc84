package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"posbox/gokrazy/splash"
	"posbox/kiosk/sway"
)

// Files of the compositor. Its orders come over a socket that the browser cannot reach; windows over one that it can.
const (
	compositorRun = "/run/compositor"
	ordersFolder  = "/run/orders"
	orders        = ordersFolder + "/sway"
	windowSocket  = compositorRun + "/wayland-1"
	seatSocket    = "/run/seatd.sock"
	swayConfig    = "/run/sway.conf"
	splashPicture = "/run/splash.png"
)

// config is the compositor's whole configuration: no key of its own, no bar, no border; who is no window of ours is not
// shown over one. Layouts us and mn change with Alt+Shift; srvrkeys:none takes away the keys that change consoles.
func config() string {
	return fmt.Sprintf(`xwayland disable
default_border none
default_floating_border none
focus_follows_mouse no
focus_on_window_activation none
mouse_warping none
seat * hide_cursor 3000
seat * hide_cursor when-typing enable
input type:keyboard {
	xkb_layout us,mn
	xkb_options grp:alt_shift_toggle,srvrkeys:none
}
output * background %s fit %s
no_focus [app_id=".*posbox-buyer.*"]
assign [app_id=".*posbox-till.*"] workspace till
assign [app_id=".*posbox-buyer.*"] workspace buyer
for_window [app_id=".*"] fullscreen enable
`, splashPicture, splash.GroundHex)
}

// display is the compositor and what it needs.
type display struct {
	buyer atomic.Bool // there is a screen for the buyer
}

// run starts seatd and sway, and with them whatever needs a screen; it ends when one of the two does.
func (d *display) run(ctx context.Context, with func(context.Context)) error {
	if err := d.prepare(); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 3)
	jobs := []func(context.Context) error{
		program{name: "seatd", args: []string{"/usr/sbin/seatd", "-u", "compositor", "-l", "error"}, env: environment()}.run,
		func(ctx context.Context) error {
			if err := waitFor(ctx, seatSocket); err != nil {
				return err
			}
			return d.sway().run(ctx)
		},
		func(ctx context.Context) error {
			if err := waitFor(ctx, orders); err != nil {
				return err
			}
			go d.arrange(ctx)
			with(ctx)
			return ctx.Err()
		},
	}
	for _, job := range jobs {
		go func() { ended <- job(ctx) }()
	}
	err := <-ended
	cancel()
	for range len(jobs) - 1 {
		<-ended
	}
	return err
}

// prepare removes what an earlier run left and writes what the compositor reads.
func (d *display) prepare() error {
	for _, dir := range []struct {
		path string
		mode os.FileMode
		as   account
	}{{compositorRun, 0o750, compositor}, {ordersFolder, 0o700, compositor}, {browserRun, 0o700, browserAs}} {
		if err := errors.Join(os.RemoveAll(dir.path), os.MkdirAll(dir.path, dir.mode), os.Chmod(dir.path, dir.mode), os.Chown(dir.path, int(dir.as.uid), int(dir.as.gid))); err != nil {
			return err
		}
	}
	os.Remove(seatSocket)
	if err := writeSplash(splashPicture, "/sys/class/graphics/fb0/virtual_size"); err != nil {
		log.Println("splash:", err) // its ground is shown all the same
	}
	if err := os.WriteFile(swayConfig, []byte(config()), 0o644); err != nil {
		return err
	}
	return os.Chmod(swayConfig, 0o644) // whatever the umask
}

// sway draws without graphics hardware: pixman works everywhere, and a till's page is no game. It starts without a keyboard,
// too (WLR_LIBINPUT_NO_DEVICES), but then looks at those that are plugged in only once something moves: the first key, or the
// first code of the day, would be lost. So arrange tells it once that something about them has changed.
func (d *display) sway() program {
	return program{name: "sway", as: &compositor, args: []string{"/usr/bin/sway", "-c", swayConfig},
		env: environment("XDG_RUNTIME_DIR="+compositorRun, "SWAYSOCK="+orders, "LIBSEAT_BACKEND=seatd", "WLR_RENDERER=pixman", "WLR_NO_HARDWARE_CURSORS=1", "WLR_BACKENDS=drm,libinput", "WLR_LIBINPUT_NO_DEVICES=1", "HOME=/run")}
}

// environment is what every program of the userland gets, and more.
func environment(more ...string) []string {
	return append([]string{"PATH=/usr/bin:/usr/sbin", "LANG=C.UTF-8"}, more...)
}

// arrange keeps windows on their screens, also on those that come and go.
func (d *display) arrange(ctx context.Context) {
	var place sway.Place
	hears := false
	for ctx.Err() == nil {
		if err := d.arrangeOnce(&place); err != nil {
			log.Println("screens:", err)
		} else if !hears { // it has answered, so it has begun
			hears = true
			udevadm(ctx, "trigger", "--subsystem-match=input", "--action=change")
		}
		select {
		case <-ctx.Done():
		case <-time.After(500 * time.Millisecond):
		}
	}
}

func (d *display) arrangeOnce(place *sway.Place) error {
	c, err := sway.Dial(orders)
	if err != nil {
		return err
	}
	defer c.Close()
	outputs, err := c.Outputs()
	if err != nil {
		return err
	}
	next := sway.Choose(outputs, *place)
	if next != *place {
		log.Printf("screens: till %q, buyer %q", next.Till, next.Buyer)
		if next.Till != "" {
			// A finger means the till, whatever else is plugged in.
			if err := c.Do(fmt.Sprintf("input type:touch map_to_output %q", next.Till)); err != nil {
				return err
			}
		}
		*place = next
	}
	d.buyer.Store(next.Buyer != "")
	windows, err := c.Windows()
	if err != nil {
		return err
	}
	for _, command := range sway.Commands(windows, next, roleOf) {
		if err := c.Do(command); err != nil {
			return err
		}
	}
	return nil
}

// waitFor waits until a socket is there.
func waitFor(ctx context.Context, path string) error {
	for end := time.Now().Add(time.Minute); time.Now().Before(end); {
		if _, err := os.Stat(path); err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
	return fmt.Errorf("%s does not appear", filepath.Base(path))
}
