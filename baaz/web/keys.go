package web

import (
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"rsc.io/qr"

	"posbox/baaz/store"
	"posbox/pos/fault"
	"posbox/wire"
)

// KeyWaiting says that connection keys of a point are good and have not been used.
type KeyWaiting struct {
	Count   int64     `json:"count"`
	Expires time.Time `json:"expires"` // the last of them
}

// KeyMade is a new connection key, told once.
type KeyMade struct {
	Key     string    `json:"key"`
	Expires time.Time `json:"expires"`
	BAAZ    string    `json:"baaz"` // the address that the box wants beside the key
	QR      Code      `json:"qr"`   // of the key as it is written
	// File and Text are the file on a USB stick from which a box takes the key.
	File string `json:"file"`
	Text string `json:"text"`
}

// Code is a QR code: a square of so many modules a side, its dark ones as the path of an SVG.
type Code struct {
	Size int    `json:"size"`
	Path string `json:"path"`
}

// qrCode draws a short text. Each run of dark modules in a row is one rectangle.
func qrCode(text string) (Code, error) {
	made, err := qr.Encode(text, qr.M)
	if err != nil {
		return Code{}, err
	}
	var path strings.Builder
	for y := range made.Size {
		for x := 0; x < made.Size; x++ {
			from := x
			for x < made.Size && made.Black(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", from, y, x-from, x-from)
			}
		}
	}
	return Code{made.Size, path.String()}, nil
}

// base is the address by which people, and boxes, reach BAAZ.
func (s *Server) base(c *call) string {
	if s.o.Public != "" {
		return strings.TrimSuffix(s.o.Public, "/")
	}
	return "http://" + c.Host
}

func (s *Server) addKey(c *call) (m KeyMade, err error) {
	id, err := c.id("point", fault.PointUnknown)
	if err != nil {
		return m, err
	}
	random := make([]byte, wire.KeyBytes)
	rand.Read(random)
	key, p := wire.NewKey(random), store.Point(id)
	m = KeyMade{Key: key.Reveal(), BAAZ: s.base(c), File: wire.KeyFileName}
	m.Text = wire.KeyFile{BAAZ: m.BAAZ, Key: key}.Text()
	if m.QR, err = qrCode(m.Key); err != nil {
		return m, err
	}
	expires, err := s.o.Ingest.AddKey(c.ctx(), c.company, p, key, func(tx *store.Tx) error {
		row, err := lockPoint(tx, c.company, p)
		if err != nil {
			return err
		}
		return s.note(tx, c, c.company, "key.made", row.Name, key.Fingerprint())
	})
	m.Expires = expires.UTC()
	return m, err
}

// lockPoint reads a point that somebody has named.
func lockPoint(tx *store.Tx, c store.Company, p store.Point) (store.PointRow, error) {
	row, err := tx.LockPoint(c, p)
	if errors.Is(err, store.ErrNone) {
		return row, fault.New(fault.PointUnknown)
	}
	return row, err
}

func (s *Server) endKeys(c *call) (Done, error) {
	id, err := c.id("point", fault.PointUnknown)
	if err != nil {
		return Done{}, err
	}
	return Done{true}, s.o.Store.Write(c.ctx(), func(tx *store.Tx) error {
		row, err := lockPoint(tx, c.company, store.Point(id))
		if err != nil {
			return err
		}
		if err := tx.EndKeys(c.company, row.Point, s.micros()); err != nil {
			return err
		}
		return s.note(tx, c, c.company, "keys.ended", row.Name, "")
	})
}
