package ui

import (
	"net/http"
	"time"

	"posbox/config"
	"posbox/pos/fault"
)

// SettingsAnswer lists what can be set.
type SettingsAnswer struct {
	Settings []config.Setting `json:"settings"`
}

func (s *Server) settings(w http.ResponseWriter, _ *http.Request) error {
	out := SettingsAnswer{Settings: []config.Setting{}}
	if s.o.Settings != nil {
		out.Settings = filled(s.o.Settings())
	}
	return writeJSON(w, http.StatusOK, out)
}

// LogsAnswer lists records of the program's log, newest first.
type LogsAnswer struct {
	Logs []LogRecord `json:"logs"`
}

// LogRecord is one record of the program's log.
type LogRecord struct {
	At    time.Time         `json:"-"`
	Time  string            `json:"time"`  // At as the shop's wall shows it: "2026-11-23 14:05:09.120"
	Level string            `json:"level"` // DEBUG, INFO, WARN, ERROR
	Msg   string            `json:"msg"`   // as the program writes it, in English
	Text  string            `json:"text"`  // what it means, in the reader's language; "" where nobody has said it
	Attrs map[string]string `json:"attrs"`
}

func (s *Server) logs(w http.ResponseWriter, r *http.Request) error {
	limit, err := number(r, "limit", 200, 1, 2000)
	if err != nil {
		return err
	}
	out := LogsAnswer{Logs: []LogRecord{}}
	switch of := r.URL.Query().Get("of"); {
	case of == "box" && s.o.Box != nil:
		lines, err := s.o.Box.Logs(limit)
		if err != nil {
			return err
		}
		out.Logs = filled(lines)
	case s.o.Logs != nil:
		out.Logs = filled(s.o.Logs(limit))
	}
	zone := s.o.Till.Env().Zone
	for i := range out.Logs {
		out.Logs[i].Text = fault.Noted(out.Logs[i].Msg, out.Logs[i].Attrs["err"], s.lang(r))
		out.Logs[i].Time = out.Logs[i].At.In(zone).Format(time.DateTime + ".000")
	}
	return writeJSON(w, http.StatusOK, out)
}
