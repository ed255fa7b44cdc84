package fiscal

import (
	"bytes"
	"encoding/json"
	"strings"

	"posbox/pos/event"
)

// Found says what the public register of taxpayers has made of a number.
type Found string

// What a look-up comes to.
const (
	FoundKnown   Found = "known"
	FoundUnknown Found = "unknown" // the register says that it knows no such number
	FoundAway    Found = "away"    // nobody could be asked: nothing is known
	FoundNowhere Found = "nowhere" // no register to ask is set
)

// Taxpayer is what the public register says of one.
type Taxpayer struct {
	event.Business
	VAT  bool `json:"vat_payer"`
	Free bool `json:"free_project"` // buys for a project that is free of VAT
}

// found is an answer of the public look-ups. A number that is not known is answered with HTTP status 200, a status of its own
// and no data; so may be a breakdown there.
type found struct {
	Status int             `json:"status"`
	Data   json.RawMessage `json:"data"`
}

// JudgeTIN reads an answer to the question for the taxpayer number of a register number.
func JudgeTIN(status int, body []byte) (tin string, f Found) {
	data, f := judgeFound(status, body)
	if f != FoundKnown {
		return "", f
	}
	if tin = strings.Trim(string(bytes.TrimSpace(data)), `"`); !digits(tin, 11, 14) { // as a text, or as a number
		return "", FoundAway
	}
	return tin, FoundKnown
}

// JudgeTaxpayer reads an answer to the question who has a taxpayer number.
func JudgeTaxpayer(status int, body []byte) (p Taxpayer, f Found) {
	data, f := judgeFound(status, body)
	if f != FoundKnown {
		return p, f
	}
	var a struct {
		Name  string `json:"name"`
		VAT   bool   `json:"vatPayer"`
		Free  bool   `json:"freeProject"`
		Found *bool  `json:"found"`
	}
	if json.Unmarshal(data, &a) != nil {
		return p, FoundAway
	}
	if a.Found != nil && !*a.Found {
		return p, FoundUnknown
	}
	p.Name, p.VAT, p.Free = clipName(a.Name), a.VAT, a.Free
	return p, FoundKnown
}

// judgeFound takes the data out of an answer. What cannot be read says nothing of the number.
func judgeFound(status int, body []byte) (json.RawMessage, Found) {
	var a found
	if status == 404 && json.Unmarshal(body, &a) == nil { // in words of the register, not of something before it
		return nil, FoundUnknown
	}
	if status != 200 || json.Unmarshal(body, &a) != nil || a.Status == 0 {
		return nil, FoundAway
	}
	if len(a.Data) == 0 || string(a.Data) == "null" {
		return nil, FoundUnknown
	}
	return a.Data, FoundKnown
}

// mostName bounds a taxpayer's name, in characters.
const mostName = 200

func clipName(s string) string {
	s = strings.ToValidUTF8(strings.Join(strings.Fields(s), " "), "?")
	if r := []rune(s); len(r) > mostName {
		s = string(r[:mostName]) + "…"
	}
	return s
}
