package fiscal

import (
	"encoding/json"
	"strings"
)

// Secret is what may be printed once and stored nowhere: a lottery number, the data of a QR code. Every way in which
// texts leave a program by accident shows that there was one, and nothing of it.
type Secret struct{ text string }

// Keep takes a secret.
func Keep(text string) Secret { return Secret{text} }

// Reveal returns it, for the paper.
func (s Secret) Reveal() string { return s.text }

// Empty reports whether there is none.
func (s Secret) Empty() bool { return s.text == "" }

// String implements fmt.Stringer.
func (s Secret) String() string {
	if s.Empty() {
		return ""
	}
	return "(secret)"
}

// GoString implements fmt.GoStringer.
func (s Secret) GoString() string { return s.String() }

// MarshalText implements encoding.TextMarshaler.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Issued is a receipt that the tax office's service has given a number.
type Issued struct {
	ID      string   // ДДТД, 33 digits
	Date    string   // as answered, "2026-11-23 14:05:09", Ulaanbaatar; a cancellation needs it unchanged
	Subs    []string // numbers of the sub-receipts, in the request's order
	Easy    *bool    // whether it went to the buyer's phone at once
	Lottery Secret
	QR      Secret
}

// Verdict says what became of a request.
type Verdict string

// Verdicts. After Uncertain nothing may be sent again by itself: the receipt may exist.
const (
	VerdictDone      Verdict = "done"
	VerdictRefused   Verdict = "refused"   // the service said no: nothing was issued
	VerdictUncertain Verdict = "uncertain" // nobody knows but the tax office
	VerdictUnsent    Verdict = "unsent"    // it never reached the service: nothing was issued
)

// answer is what the service says to a receipt.
type answer struct {
	ID       string          `json:"id"`
	Status   string          `json:"status"`
	Message  json.RawMessage `json:"message"`
	Date     string          `json:"date"`
	Easy     *bool           `json:"easy"`
	Lottery  string          `json:"lottery"`
	QRData   string          `json:"qrData"`
	Receipts []struct {
		ID string `json:"id"`
	} `json:"receipts"`
}

// Judge reads an answer to a receipt of so many sub-receipts. text is the service's own words, for the person who has to
// help.
func Judge(status int, body []byte, subs int) (v Verdict, got Issued, text string) {
	var a answer
	if err := json.Unmarshal(body, &a); err != nil {
		return unreadable(status), Issued{}, ""
	}
	text = words(a.Message)
	success := status >= 200 && status <= 299
	switch {
	case success && a.Status == statusSuccess:
		got = Issued{ID: a.ID, Date: a.Date, Easy: a.Easy, Lottery: Keep(a.Lottery), QR: Keep(a.QRData)}
		for _, r := range a.Receipts {
			got.Subs = append(got.Subs, r.ID)
		}
		if !got.usable(subs) {
			return VerdictUncertain, Issued{}, text // something was issued, and nobody can name it
		}
		return VerdictDone, got, text
	case a.Status == statusError, a.Status == statusPayment:
		return VerdictRefused, Issued{}, text
	}
	return unreadable(status), Issued{}, text
}

// JudgeCancel reads an answer to a cancellation: success has no body.
func JudgeCancel(status int, body []byte) (v Verdict, text string) {
	var a answer
	err := json.Unmarshal(body, &a)
	text = words(a.Message)
	success := status >= 200 && status <= 299
	switch {
	case success && (len(body) == 0 || err == nil && (a.Status == statusSuccess || a.Status == "")):
		return VerdictDone, text
	case err == nil && a.Status == statusError:
		return VerdictRefused, text
	}
	return unreadable(status), text
}

// unreadable judges by the status alone: a server that breaks down may have done its work before.
func unreadable(status int) Verdict {
	if status >= 400 && status <= 499 && status != 408 { // 408 says that the answer came too late
		return VerdictRefused
	}
	return VerdictUncertain
}

// usable reports whether a receipt can be printed, cancelled and corrected with what was answered.
func (r Issued) usable(subs int) bool {
	if !digits(r.ID, 33, 33) || !dated(r.Date) || len(r.Subs) != subs {
		return false
	}
	for _, id := range r.Subs {
		if !digits(id, 33, 33) {
			return false
		}
	}
	return true
}

// dated reports whether s has the form of a date, "2026-11-23 14:05:09".
func dated(s string) bool {
	const form = "0000-00-00 00:00:00"
	if len(s) != len(form) {
		return false
	}
	for i := range len(s) {
		if form[i] == '0' != (s[i] >= '0' && s[i] <= '9') || form[i] != '0' && s[i] != form[i] {
			return false
		}
	}
	return true
}

// mostText bounds what is shown of the service's own words, in characters.
const mostText = 500

// words takes a message that is a text, or shows whatever else stands there.
func words(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		s = string(raw)
	}
	s = strings.ToValidUTF8(strings.Join(strings.Fields(s), " "), "?")
	if r := []rune(s); len(r) > mostText {
		s = string(r[:mostText]) + "…"
	}
	if s == "null" {
		return ""
	}
	return s
}
