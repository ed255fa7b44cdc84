package watch

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"posbox/baaz/store"
	"posbox/pos/fault"
)

// Message is what a webhook is told, as JSON. Fields are only ever added.
type Message struct {
	// ID is the same in every repetition and at every webhook: who has had it already throws it away. Incident is the same
	// in the message of the beginning and of the end.
	ID       string    `json:"id"`
	Incident string    `json:"incident"`
	Event    string    `json:"event"` // till.silent, till.unsent, till.fault, test
	State    string    `json:"state"` // began or ended
	At       time.Time `json:"at"`
	Company  int64     `json:"company"`
	Name     string    `json:"company_name"`
	Point    int64     `json:"point,omitempty"`
	Place    string    `json:"point_name,omitempty"`
	Box      string    `json:"box,omitempty"`
	// Since is when a silent till was heard of last, or the oldest sale that has not arrived was made.
	Since *time.Time `json:"since,omitempty"`
	Code  string     `json:"code,omitempty"`  // of a fault
	Count int64      `json:"count,omitempty"` // sales that have not arrived, or how often the fault came
	Text  Words      `json:"text"`
}

// Words is a sentence in both languages.
type Words struct {
	MN string `json:"mn"`
	EN string `json:"en"`
}

// EventTest is the event of a message that somebody has asked for to try a webhook.
const EventTest = "test"

// eventOf names the kinds of trouble that are told.
var eventOf = map[store.TroubleKind]string{store.TroubleSilent: "till.silent", store.TroubleUnsent: "till.unsent", store.TroubleRepeat: "till.fault"}

// queue puts a trouble's message into the queue of every webhook.
func queue(tx *store.Tx, c store.Company, hooks []store.Webhook, t store.Trouble, now int64) error {
	name, err := tx.CompanyName(c)
	if err != nil {
		return err
	}
	points, err := tx.Points(c)
	if err != nil {
		return err
	}
	place := ""
	for _, p := range points {
		if p.Point == t.Point {
			place = p.Name
		}
	}
	m := messageOf(c, name, place, t, now)
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	for _, h := range hooks {
		if err := tx.Queue(c, h.Webhook, m.Event, body, now); err != nil {
			return err
		}
	}
	return nil
}

func messageOf(c store.Company, name, place string, t store.Trouble, now int64) Message {
	m := Message{Incident: incident(c, t), Event: eventOf[t.Kind], State: "began", At: time.UnixMicro(now).UTC(), Company: int64(c), Name: name, Point: int64(t.Point), Place: place,
		Box: t.Box.String(), Code: t.Code, Count: t.Size, Text: say(place, t)}
	if t.Ended != 0 {
		m.State = "ended"
	}
	if t.Since != 0 {
		at := time.UnixMicro(t.Since).UTC()
		m.Since = &at
	}
	m.ID = m.Incident + "-" + m.State
	return m
}

// incident names a trouble: the same words at every server.
func incident(c store.Company, t store.Trouble) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s %d %s %s", c, t.Box, t.Began, t.Kind, t.Code))
	return hex.EncodeToString(sum[:12])
}

// Test is the body of a message that only tries whether a webhook works; id by chance.
func Test(c store.Company, name, id string, now time.Time) ([]byte, error) {
	return json.Marshal(Message{ID: id, Incident: id, Event: EventTest, State: "began", At: now.UTC(), Company: int64(c), Name: name,
		Text: Words{"Энэ бол туршилтын мессеж: холболт ажиллаж байна.", "This is a test: the connection works."}})
}

// say puts a trouble into words.
func say(place string, t store.Trouble) Words {
	over := t.Ended != 0
	switch t.Kind {
	case store.TroubleSilent:
		if over {
			return Words{place + ": касс дахин холбогдлоо.", place + ": the till is heard of again."}
		}
		return Words{place + ": касс чимээгүй болсон.", place + ": the till has fallen silent."}
	case store.TroubleUnsent:
		if over {
			return Words{place + ": удаж байсан борлуулалт ирлээ.", place + ": the sales that were late have arrived."}
		}
		return Words{fmt.Sprintf("%s: %d борлуулалт удаан ирэхгүй байна.", place, t.Size), fmt.Sprintf("%s: %d sales have not arrived for long.", place, t.Size)}
	}
	mn, _ := (&fault.Error{Code: fault.Code(t.Code)}).Say("mn")
	en, _ := (&fault.Error{Code: fault.Code(t.Code)}).Say("en")
	if over {
		return Words{fmt.Sprintf("%s: доголдол давтагдахаа больсон: %s", place, mn), fmt.Sprintf("%s: no longer comes again: %s", place, en)}
	}
	return Words{fmt.Sprintf("%s: %d удаа давтагдлаа: %s", place, t.Size, mn), fmt.Sprintf("%s: it has come %d times: %s", place, t.Size, en)}
}

// Signature is the header by which a webhook's receiver knows that BAAZ has sent something, and when: "t=UNIX,v1=HEX",
// the HMAC-SHA256 with the webhook's secret of the time, a full stop, and the body. For a day after the secret was changed
// a second ",v1=HEX" is the old one's: one that fits is enough.
const Signature = "Posbox-Signature"

// Sign makes it, with each of the secrets.
func Sign(body []byte, at time.Time, secrets ...[]byte) string {
	when := strconv.FormatInt(at.Unix(), 10)
	header := "t=" + when
	for _, secret := range secrets {
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte(when + "."))
		mac.Write(body)
		header += ",v1=" + hex.EncodeToString(mac.Sum(nil))
	}
	return header
}
