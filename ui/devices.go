package ui

import (
	"strconv"

	"posbox/engine"
	"posbox/pos/device"
	"posbox/pos/fault"
	"posbox/pos/till"
)

// DeviceInfo is how one device is, or what the till depends on like one.
type DeviceInfo struct {
	Kind  device.Kind  `json:"kind"`
	Name  string       `json:"name"`
	State device.Level `json:"state"`          // ok; attention: works, needs someone soon; fault: does not work; none: not fitted or not in use
	Code  fault.Code   `json:"code,omitempty"` // of attention and fault, with text and hint
	Text  string       `json:"text,omitempty"`
	Hint  string       `json:"hint,omitempty"`
}

// Conditions tells how every device is, and what the till depends on like one.
func (s *Server) Conditions() []device.Condition { return s.conditions(s.o.Till.View()) }

func (s *Server) conditions(v *engine.View) []device.Condition {
	known := device.Known{Printer: s.o.Printer(), Displays: int(s.displays.Load()), ClockSet: s.o.ClockSet(),
		Waiting: v.State.Join != nil && !v.State.Joined, Joined: v.State.Joined, Link: s.link(v.State)}
	if s.o.Disk != nil {
		known.Disk = s.o.Disk()
	}
	if v.Err != nil {
		known.Journal = fault.Of(v.Err)
	}
	if s.o.Fiscal != nil {
		known.Fiscal.On, known.Fiscal.Why = s.o.Fiscal.Known().On, s.o.Fiscal.Worst()
	}
	if s.o.Box != nil {
		known.Network, known.Copy, known.Clock, known.StickKey = s.o.Box.Known()
	}
	return device.Conditions(known)
}

func (s *Server) devicesInfo(v *engine.View, lang string) []DeviceInfo {
	list := []DeviceInfo{}
	for _, c := range s.conditions(v) {
		d := DeviceInfo{Kind: c.Kind, Name: c.NameMN, State: c.Level}
		if lang == "en" {
			d.Name = c.NameEN
		}
		if c.Why != nil {
			d.Code = c.Why.Code
			d.Text, d.Hint = c.Why.Say(lang)
		}
		list = append(list, d)
	}
	return list
}

// WorkInfo is a job in the background.
type WorkInfo struct {
	ID     string        `json:"id"`
	Kind   string        `json:"kind"`           // goods.import
	Name   string        `json:"name"`           // of the file
	Done   int64         `json:"done"`           // of total; both in bytes
	Total  int64         `json:"total"`          //
	State  string        `json:"state"`          // running, done, failed
	Code   fault.Code    `json:"code,omitempty"` // why it failed; nothing was changed
	Text   string        `json:"text,omitempty"`
	Hint   string        `json:"hint,omitempty"`
	Result *ImportResult `json:"result"` // of one that is done
}

// ImportResult is what an import did.
type ImportResult struct {
	Rows      int `json:"rows"`
	Added     int `json:"added"`
	Changed   int `json:"changed"`
	Unchanged int `json:"unchanged"`
}

func (s *Server) workInfo(st *till.State, lang string) []WorkInfo {
	list := []WorkInfo{}
	for i := len(st.Works) - 1; i >= 0; i-- {
		w := st.Works[i]
		info := WorkInfo{ID: strconv.FormatUint(w.Asked, 10), Kind: "goods.import", Name: w.Name, Total: w.Bytes, State: "running"}
		switch o := w.Outcome; {
		case o == nil && s.o.Progress != nil:
			info.Done = min(s.o.Progress(w.Asked), w.Bytes)
		case o == nil:
		case o.Code != "":
			info.State, info.Code = "failed", fault.Code(o.Code)
			info.Text, info.Hint = (&fault.Error{Code: info.Code, Args: o.Args}).Say(lang)
		default:
			info.State, info.Done = "done", w.Bytes
			info.Result = &ImportResult{o.Rows, o.Added, o.Changed, o.Unchanged}
		}
		list = append(list, info)
	}
	return list
}
