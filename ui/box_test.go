package ui_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"posbox/pos/device"
	"posbox/pos/fault"
	"posbox/ui"
)

// machine stands in for a box.
type machine struct {
	damaged bool
	stick   error
	network *fault.Error
}

func (m *machine) Look() ui.BoxAnswer {
	return ui.BoxAnswer{Fitted: true, Perm: ui.BoxPerm{State: "ok"}, Network: ui.BoxNetwork{State: "online"}, Clock: "ntp",
		Sticks: []ui.BoxStick{{Name: "Kingston", Bytes: 16 << 30}}, Copy: &ui.BoxCopy{At: time.Date(2026, 11, 22, 19, 0, 0, 0, time.UTC), Stick: "Kingston", Seq: 7}}
}

func (m *machine) Known() (network device.Network, copied device.Copy, clock, key *fault.Error) {
	return device.Network{Known: true, Address: "10.0.0.9/8", Why: m.network}, device.Copy{Known: true}, nil, nil
}

func (m *machine) Repair() error {
	if !m.damaged {
		return fault.New(fault.PermWell)
	}
	return nil
}

func (m *machine) TakeLogs(context.Context) (ui.OnStick, error) {
	return ui.OnStick{Stick: "Kingston", File: "posbox/logs.zip", Bytes: 9}, m.stick
}

func (m *machine) CopySales(context.Context) (ui.OnStick, error) { return m.TakeLogs(nil) }

func (m *machine) StickFiles() ([]ui.StickFile, error) {
	return []ui.StickFile{{Device: "/dev/sdb1", Stick: "Kingston", File: "goods/new.csv", Bytes: 40, At: time.Date(2026, 11, 22, 19, 0, 0, 0, time.UTC)}}, m.stick
}

func (m *machine) ReadStick(device, file string, do func(io.Reader) error) error {
	switch {
	case m.stick != nil:
		return m.stick
	case device != "/dev/sdb1":
		return fault.New(fault.StickNone)
	case file == "goods/pulled.csv":
		return do(io.MultiReader(strings.NewReader("code,na"), iotest.ErrReader(errors.New("input/output error"))))
	case file != "goods/new.csv":
		return fault.New(fault.NotFound)
	}
	return do(strings.NewReader("code,name,price\n77,Шинэ бараа,500\n"))
}

func (m *machine) Logs(int) ([]ui.LogRecord, error) {
	return []ui.LogRecord{{At: time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC), Level: "INFO", Msg: "line", Attrs: map[string]string{"program": "kernel"}}}, nil
}

// boxing asks for everything of the machine; the owner is there.
func boxing(t *testing.T, r *rig) {
	if !read[ui.State](r, "/api/state").Till.Box {
		t.Error("the screen is not told that it runs on a box: it would lead nobody there")
	}
	if b := read[ui.BoxAnswer](r, "/api/box"); !b.Fitted || b.Copy.Local != "2026-11-23 03:00:00" || b.Network.DNS == nil {
		t.Errorf("%+v", b)
	}
	if l := read[ui.LogsAnswer](r, "/api/logs?of=box").Logs; len(l) != 1 || l[0].Attrs["program"] != "kernel" {
		t.Errorf("%+v", l)
	}
	for _, path := range []string{"/api/box/logs", "/api/box/copy"} {
		if a := r.send(http.MethodPost, path, ""); a.StatusCode != http.StatusOK {
			t.Errorf("%s: %s %s", path, a.Status, a.body)
		}
		r.machine.stick = fault.New(fault.StickFull)
		if a := r.send(http.MethodPost, path, ""); a.code() != fault.StickFull {
			t.Errorf("%s: %s %s", path, a.Status, a.body)
		}
		r.machine.stick = nil
	}
	if f := read[ui.StickFilesAnswer](r, "/api/box/files").Files; len(f) != 1 || f[0].File != "goods/new.csv" || f[0].Local != "2026-11-23 03:00:00" {
		t.Errorf("%+v", f)
	}
	for body, want := range map[string]fault.Code{
		`{"device":"/dev/sdb1","file":"goods/new.csv"}`:    "",
		`{"device":"/dev/sdb1","file":"goods/pulled.csv"}`: fault.StickFailed,
		`{"device":"/dev/sdb1","file":"../../etc/passwd"}`: fault.NotFound,
		`{"device":"/dev/sdc1","file":"goods/new.csv"}`:    fault.StickNone,
		`{"device":1}`: fault.CommandMalformed,
	} {
		a := r.send(http.MethodPost, "/api/uploads/take", body, header("Content-Type", "application/json"))
		if want == "" && a.StatusCode != http.StatusOK || want != "" && a.code() != want {
			t.Errorf("%s: %s %s, want %s", body, a.Status, a.body, want)
		}
	}
	if a := r.send(http.MethodPost, "/api/box/repair", ""); a.code() != fault.PermWell {
		t.Errorf("a disk that is well: %s %s", a.Status, a.body)
	}
	r.machine.damaged = true
	if a := r.send(http.MethodPost, "/api/box/repair", ""); a.StatusCode != http.StatusOK {
		t.Errorf("a damaged disk: %s %s", a.Status, a.body)
	}
}

// TestBoxRights: logs and sales leave the till only by someone who may.
func TestBoxRights(t *testing.T) {
	r := newRig(t).checked()
	if d := deviceOf(r, device.KindNetwork); d.State != device.OK || d.Name != "10.0.0.9/8" {
		t.Errorf("%+v", d)
	}
	for _, path := range []string{"/api/box/logs", "/api/box/copy"} {
		if a := r.send(http.MethodPost, path, ""); a.code() != fault.SellerNone {
			t.Errorf("%s by nobody: %s %s", path, a.Status, a.body)
		}
	}
	r.do("seller.login", fields{"code": "1", "password": "1111"})
	for _, path := range []string{"/api/box/logs", "/api/box/copy"} {
		if a := r.send(http.MethodPost, path, ""); a.code() != fault.RightMissing {
			t.Errorf("%s by a seller: %s %s", path, a.Status, a.body)
		}
	}
	r.machine.stick = errors.New("anything")
	r.do("seller.login", fields{"code": "9", "password": "9999"})
	if a := r.send(http.MethodPost, "/api/box/copy", ""); a.code() != fault.Internal {
		t.Errorf("%s %s", a.Status, a.body)
	}
}
