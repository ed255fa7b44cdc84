package ui

import (
	"context"
	"io"
	"net/http"
	"time"

	"posbox/pos/device"
	"posbox/pos/fault"
)

// Box is what the API asks of the machine that the till runs on.
type Box interface {
	Look() BoxAnswer
	// Known is what the list of devices tells of it; clock, and key of a stick, are nil where nothing is to be said.
	Known() (network device.Network, copied device.Copy, clock, key *fault.Error)
	// Repair lets the machine repair its disk at whatever loss, and start again.
	Repair() error
	// TakeLogs and CopySales write on a USB stick; when they return it can be pulled.
	TakeLogs(context.Context) (OnStick, error)
	CopySales(context.Context) (OnStick, error)
	// StickFiles lists the files on USB sticks that may hold goods, the newest first; ReadStick lets one be read.
	StickFiles() ([]StickFile, error)
	ReadStick(device, file string, do func(io.Reader) error) error
	// Logs returns the newest lines of all programs, newest first.
	Logs(limit int) ([]LogRecord, error)
}

// BoxAnswer tells how the machine is.
type BoxAnswer struct {
	Fitted  bool       `json:"fitted"` // false: the till does not run on a box of ours
	Perm    BoxPerm    `json:"perm"`
	Network BoxNetwork `json:"network"`
	Clock   string     `json:"clock"` // baaz, ntp, rtc, saved, floor: whom the wall clock believes
	Sticks  []BoxStick `json:"sticks"`
	Writing bool       `json:"writing"` // on a stick: it must not be pulled
	Copy    *BoxCopy   `json:"copy"`    // the last good copy of the sales; null: there is none
}

// BoxPerm is the disk's state: ok, repaired, damaged, repairing, missing, full.
type BoxPerm struct {
	State  string `json:"state"`
	Detail string `json:"detail"` // for whoever helps
	Grown  bool   `json:"grown"`
}

// BoxNetwork is the network's: no_card, no_cable, asking, no_lease, conflict, online.
type BoxNetwork struct {
	State     string   `json:"state"`
	Interface string   `json:"interface"`
	Mode      string   `json:"mode"`
	Address   string   `json:"address"`
	Gateway   string   `json:"gateway"`
	DNS       []string `json:"dns"`
}

// BoxStick is a USB stick that can be written on.
type BoxStick struct {
	Name  string `json:"name"`
	Bytes int64  `json:"bytes"`
}

// BoxCopy is a copy of the sales that has been read back and verified.
type BoxCopy struct {
	At    time.Time `json:"-"`
	Local string    `json:"local"` // At as the shop's wall shows it
	Stick string    `json:"stick"`
	Seq   uint64    `json:"seq"` // newest record in it
}

// OnStick is what was written.
type OnStick struct {
	Stick string `json:"stick"`
	File  string `json:"file"` // or folder
	Bytes int64  `json:"bytes"`
}

// StickFile is a file on a USB stick.
type StickFile struct {
	Device string    `json:"device"` // of the stick: /dev/sdb1
	Stick  string    `json:"stick"`  // as a person knows it
	File   string    `json:"file"`   // from the stick's root
	Bytes  int64     `json:"bytes"`
	At     time.Time `json:"-"`
	Local  string    `json:"local"` // when it was written, as the stick says
}

// StickFilesAnswer lists files of goods.
type StickFilesAnswer struct {
	Files []StickFile `json:"files"`
}

// StickChoice is one of them.
type StickChoice struct {
	Device string `json:"device"`
	File   string `json:"file"`
}

func (s *Server) stickFiles(w http.ResponseWriter, _ *http.Request) error {
	if s.o.Box == nil {
		return fault.New(fault.BoxNone)
	}
	files, err := s.o.Box.StickFiles()
	if err != nil {
		return err
	}
	out := StickFilesAnswer{Files: filled(files)}
	for i, f := range out.Files {
		out.Files[i].Local = f.At.In(s.o.Till.Env().Zone).Format(time.DateTime)
	}
	return writeJSON(w, http.StatusOK, out)
}

// stickRefusals are what writing on a stick may be refused with.
var stickRefusals = []fault.Code{fault.BoxNone, fault.StickNone, fault.StickFormat, fault.StickFull, fault.StickFailed, fault.StickBusy}

func (s *Server) box(w http.ResponseWriter, _ *http.Request) error {
	out := BoxAnswer{}
	if s.o.Box != nil {
		out = s.o.Box.Look()
	}
	out.Sticks, out.Network.DNS = filled(out.Sticks), filled(out.Network.DNS)
	if out.Copy != nil {
		out.Copy.Local = out.Copy.At.In(s.o.Till.Env().Zone).Format(time.DateTime)
	}
	return writeJSON(w, http.StatusOK, out)
}

// repair needs nobody's right: who has which stands on the disk that cannot be read. It is refused while the disk is well,
// so whoever stands before the screen can lose nothing that is not lost already.
func (s *Server) repair(w http.ResponseWriter, r *http.Request) error {
	if s.o.Box == nil {
		return fault.New(fault.BoxNone)
	}
	if err := s.o.Box.Repair(); err != nil {
		return err
	}
	return s.box(w, r)
}

func (s *Server) takeLogs(w http.ResponseWriter, r *http.Request) error {
	return s.onStick(w, r, Box.TakeLogs)
}

func (s *Server) copySales(w http.ResponseWriter, r *http.Request) error {
	return s.onStick(w, r, Box.CopySales)
}

// onStick goes on when the screen that has asked is reloaded: half a copy is none.
func (s *Server) onStick(w http.ResponseWriter, r *http.Request, do func(Box, context.Context) (OnStick, error)) error {
	if s.o.Box == nil {
		return fault.New(fault.BoxNone)
	}
	out, err := do(s.o.Box, context.WithoutCancel(r.Context()))
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, out)
}

const aboutStick = "On the first USB stick that can be written (FAT32, exFAT, ext4). The answer comes when it can be pulled."
