package ui

import (
	"cmp"
	"net/http"
	"strconv"

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
	see := s.sight()
	if err := cmp.Or(see.attended(r), see.openShift()); err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, see.report(v.State.Shift.Report))
}

func (s *Server) zReport(w http.ResponseWriter, r *http.Request) error {
	shift, err := strconv.Atoi(r.PathValue("shift"))
	if err != nil {
		return fault.New(fault.QueryMalformed, "name", "shift")
	}
	see := s.sight()
	if err := see.attended(r); err != nil {
		return err
	}
	z, err := s.o.Till.Z(shift)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, see.report(z))
}
