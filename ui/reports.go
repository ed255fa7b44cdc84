package ui

import (
	"net/http"
	"strconv"

	"posbox/pos/event"
	"posbox/pos/fault"
)

func (s *Server) xReport(w http.ResponseWriter, r *http.Request) error {
	v := s.o.Till.View()
	if v.Err != nil && v.State.Shift == nil {
		return v.Err
	}
	if v.State.Shift == nil {
		return fault.New(fault.ShiftNone)
	}
	return writeReport(w, v.State.Shift.Report)
}

func (s *Server) zReport(w http.ResponseWriter, r *http.Request) error {
	shift, err := strconv.Atoi(r.PathValue("shift"))
	if err != nil {
		return fault.New(fault.QueryMalformed, "name", "shift")
	}
	z, err := s.o.Till.Z(shift)
	if err != nil {
		return err
	}
	return writeReport(w, z)
}

// writeReport answers with a report whose lists are never null.
func writeReport(w http.ResponseWriter, r event.Report) error {
	r.Tenders, r.Taxes = filled(r.Tenders), filled(r.Taxes)
	return writeJSON(w, http.StatusOK, r)
}
