package ui

import (
	"net/http"

	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/fiscal"
	"posbox/pos/till"
)

// BusinessAnswer is what is known of a business that buys.
type BusinessAnswer struct {
	Register event.Register `json:"register"` // as it was asked for, in the form in which the till keeps it
	// Found is known, unknown (the register of taxpayers says so), away (it could not be asked) or nowhere (none is set).
	Found       fiscal.Found `json:"found"`
	TIN         string       `json:"tin"`          // taxpayer number; "": not known
	Name        string       `json:"name"`         // "": not known
	VATPayer    bool         `json:"vat_payer"`    //
	FreeProject bool         `json:"free_project"` // buys for a project free of VAT, which this till does not take off
	At          string       `json:"at"`           // when the register said so, wall time in the shop; "": it did not
	Old         bool         `json:"old"`          // it could not be asked now
	Citizen     bool         `json:"citizen"`      // the number is a person's: the register may answer no questions for those any more
}

func (s *Server) business(w http.ResponseWriter, r *http.Request) error {
	number, err := till.ParseRegister(r.PathValue("number"))
	if err != nil {
		return err
	}
	if number == "" {
		return fault.New(fault.RegisterBad, "value", "")
	}
	a := BusinessAnswer{Register: number, Found: fiscal.FoundNowhere}
	if s.o.Fiscal != nil {
		a = s.o.Fiscal.Business(r.Context(), number)
	}
	a.Citizen = number.Citizen()
	return writeJSON(w, http.StatusOK, a)
}
