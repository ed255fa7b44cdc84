package ui

import (
	"context"
	"encoding/json"
	"io"
	"net/http"

	"posbox/pos/fault"
)

// Updates is what the API asks of whoever updates the box. Versions count up.
type Updates interface {
	UpdateStatus(context.Context) (UpdateStatus, error)
	InstallUpdate(ctx context.Context, bundle io.Reader) (UpdateStatus, error)
	UpdateOffers(context.Context) ([]UpdateOffer, error)
	TakeUpdate(ctx context.Context, device, file string) (UpdateStatus, error)
	TryUpdate(ctx context.Context, anyway bool) (UpdateStatus, error)
	// UpdateSeen notes that a person knows how the last one went.
	UpdateSeen(context.Context) (UpdateStatus, error)
}

// UpdateStatus is how the box and its updates stand.
type UpdateStatus struct {
	Station string
	Slot    string
	Version uint64
	Phase   string
	Offered uint64
	Done    int64
	Total   int64
	Last    *UpdateOutcome
	Blocked []uint64
	Keys    bool
}

// UpdateOutcome is how the last update went.
type UpdateOutcome struct {
	Version, From uint64
	Result        string
	Why           *fault.Error // nil where it went well
}

// UpdateOffer is an update on a stick.
type UpdateOffer struct {
	Device, File string
	Size         int64
	Version      uint64
	Why          *fault.Error // not for this box; nil: it is
}

// UpdateAnswer is how the box and its updates stand.
type UpdateAnswer struct {
	Station string      `json:"station"`
	Slot    string      `json:"slot"` // a or b
	Version uint64      `json:"version"`
	Phase   string      `json:"phase"`   // idle; writing; ready: may be started; restarting; trial: this start is one
	Offered uint64      `json:"offered"` // the version that is written or ready; 0: none
	Done    int64       `json:"done"`    // of total, in bytes, while writing
	Total   int64       `json:"total"`
	Last    *LastUpdate `json:"last"`    // null: there was none
	Blocked []uint64    `json:"blocked"` // failed twice and are not taken again
	Takes   bool        `json:"takes"`   // the version that runs believes somebody's updates
}

// LastUpdate is how the last one went.
type LastUpdate struct {
	Version uint64     `json:"version"`
	From    uint64     `json:"from"`
	Result  string     `json:"result"`         // confirmed, rolled_back, failed
	Code    fault.Code `json:"code,omitempty"` // why, unless confirmed
	Text    string     `json:"text,omitempty"`
	Hint    string     `json:"hint,omitempty"`
}

// UpdateOffersAnswer lists the updates on sticks.
type UpdateOffersAnswer struct {
	Offers []OfferInfo `json:"offers"` // newest first
}

// OfferInfo is an update on a stick.
type OfferInfo struct {
	Device  string     `json:"device"`
	File    string     `json:"file"`
	Size    int64      `json:"size"`
	Version uint64     `json:"version"`        // 0: not known
	Code    fault.Code `json:"code,omitempty"` // why it is not for this box
	Text    string     `json:"text,omitempty"`
	Hint    string     `json:"hint,omitempty"`
}

// UpdateChoice is one of the offers.
type UpdateChoice struct {
	Device string `json:"device"`
	File   string `json:"file"`
}

// UpdateStart starts what is ready.
type UpdateStart struct {
	Anyway bool `json:"anyway,omitempty"` // though a shift is open
}

// maxBundle bounds an upload; what a bundle may hold is far less.
const maxBundle = 4 << 30

// updateRefusals is what a route of updates may be refused with, besides more.
func updateRefusals(more ...fault.Code) map[int][]fault.Code {
	return refusals(append(more, fault.UpdateNone, fault.UpdateBusy)...)
}

// notBelieved is why a bundle is not taken.
var notBelieved = []fault.Code{fault.UpdateMalformed, fault.UpdateTruncated, fault.UpdateUnsigned, fault.UpdateSignature, fault.UpdateDamaged,
	fault.UpdateStation, fault.UpdateOlder, fault.UpdateBlocked, fault.UpdateBase, fault.UpdateTooLarge, fault.UpdateWrite}

const aboutUpdates = "A version is written beside the one that runs, tried with a restart, and confirmed when till and screen are well " +
	"for a while; else the old one comes back by itself. The till sells on while a version is written."

// updates is who updates the box.
func (s *Server) updates() (Updates, error) {
	if s.o.Updates == nil {
		return nil, fault.New(fault.UpdateNone)
	}
	return s.o.Updates, nil
}

// answerUpdate tells how all stands after something was done.
func (s *Server) answerUpdate(w http.ResponseWriter, r *http.Request, do func(Updates) (UpdateStatus, error)) error {
	u, err := s.updates()
	if err != nil {
		return err
	}
	st, err := do(u)
	if err != nil {
		return err
	}
	out := UpdateAnswer{Station: st.Station, Slot: st.Slot, Version: st.Version, Phase: st.Phase, Offered: st.Offered, Done: st.Done, Total: st.Total,
		Blocked: filled(st.Blocked), Takes: st.Keys}
	if l := st.Last; l != nil {
		out.Last = &LastUpdate{Version: l.Version, From: l.From, Result: l.Result}
		out.Last.Code, out.Last.Text, out.Last.Hint = s.why(l.Why, r)
	}
	return writeJSON(w, http.StatusOK, out)
}

// why says a fault that need not be.
func (s *Server) why(f *fault.Error, r *http.Request) (code fault.Code, text, hint string) {
	if f == nil {
		return "", "", ""
	}
	text, hint = f.Say(s.lang(r))
	return f.Code, text, hint
}

func (s *Server) update(w http.ResponseWriter, r *http.Request) error {
	return s.answerUpdate(w, r, func(u Updates) (UpdateStatus, error) { return u.UpdateStatus(r.Context()) })
}

func (s *Server) updateSeen(w http.ResponseWriter, r *http.Request) error {
	return s.answerUpdate(w, r, func(u Updates) (UpdateStatus, error) { return u.UpdateSeen(r.Context()) })
}

func (s *Server) updateUpload(w http.ResponseWriter, r *http.Request) error {
	err := s.answerUpdate(w, r, func(u Updates) (UpdateStatus, error) {
		return u.InstallUpdate(r.Context(), s.body(w, r, maxBundle))
	})
	if fault.CodeOf(err) == fault.UpdateTruncated { // a body that ends early ends the request's context, too
		s.fail(w, r, err)
		return nil
	}
	return err
}

func (s *Server) updateOffers(w http.ResponseWriter, r *http.Request) error {
	u, err := s.updates()
	if err != nil {
		return err
	}
	offers, err := u.UpdateOffers(r.Context())
	if err != nil {
		return err
	}
	out := UpdateOffersAnswer{Offers: []OfferInfo{}}
	for _, o := range offers {
		info := OfferInfo{Device: o.Device, File: o.File, Size: o.Size, Version: o.Version}
		info.Code, info.Text, info.Hint = s.why(o.Why, r)
		out.Offers = append(out.Offers, info)
	}
	return writeJSON(w, http.StatusOK, out)
}

func (s *Server) updateTake(w http.ResponseWriter, r *http.Request) error {
	var c UpdateChoice
	if err := s.small(w, r, &c); err != nil {
		return err
	}
	return s.answerUpdate(w, r, func(u Updates) (UpdateStatus, error) { return u.TakeUpdate(r.Context(), c.Device, c.File) })
}

func (s *Server) updateStart(w http.ResponseWriter, r *http.Request) error {
	var start UpdateStart
	if err := s.small(w, r, &start); err != nil {
		return err
	}
	return s.answerUpdate(w, r, func(u Updates) (UpdateStatus, error) { return u.TryUpdate(r.Context(), start.Anyway) })
}

// smallBody bounds a body of a few words.
const smallBody = 4 << 10

// small reads one.
func (s *Server) small(w http.ResponseWriter, r *http.Request, into any) error {
	d := json.NewDecoder(s.body(w, r, smallBody))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fault.Wrap(err, fault.CommandMalformed, "detail", "JSON")
	}
	return nil
}
