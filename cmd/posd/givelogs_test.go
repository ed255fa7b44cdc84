package main

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/rand"
	"io"
	"slices"
	"strings"
	"testing"

	baaz "posbox/baaz/store"
	"posbox/pos/event"
	"posbox/pos/fault"
)

// Somebody in the office asks for a till's logs: the till gives them, and the shop sees who has asked, on the screen and in
// the journal, once.
func TestLogsAreGiven(t *testing.T) {
	c := newCentre(t)
	b := start(t, t.TempDir(), "-demo", "-baaz", c.url, "-key", c.key())
	b.open()
	b.untilSent()
	var who baaz.BoxID
	var asked baaz.LogWish
	err := c.store.Write(context.Background(), func(tx *baaz.Tx) error {
		boxes, err := tx.Boxes(c.company)
		if err != nil {
			return err
		}
		who = baaz.BoxID{Company: c.company, Box: boxes[0].Box}
		asked, err = tx.WishLogs(who, "Болд", 1)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var file []byte
	eventually(t, "the logs are there", func() bool {
		c.down.Wish(who.Box)
		err := c.store.Read(context.Background(), func(tx *baaz.Tx) (err error) {
			file, err = tx.LogFile(c.company, who.Box, asked.Wish)
			return err
		})
		return err == nil
	})
	if text := unzipped(t, file, "posd.log"); !strings.Contains(text, "logs are given to BAAZ") || strings.Contains(text, "secret") {
		t.Errorf("the logs say %q", text)
	}
	eventually(t, "the screen says so", func() bool {
		for _, x := range b.state()["trouble"].([]any) {
			if at(x, "code") == string(fault.LogsSent) && strings.Contains(at(x, "text").(string), "Болд") {
				return true
			}
		}
		return false
	})
	b.sell(1)
	b.untilSent()
	n := 0
	err = c.store.Read(context.Background(), func(tx *baaz.Tx) error {
		list, err := tx.RecordsOf(c.company, who.Box, string(event.KindLogsSent), 1<<40, 10)
		n = len(list)
		return err
	})
	if err != nil || n != 1 {
		t.Errorf("%d records say so: %v", n, err)
	}
	for _, x := range c.heartbeat().Trouble {
		if x.Code == fault.LogsSent {
			t.Error("BAAZ is told as trouble what it has asked for")
		}
	}
}

// What does not fit is left out, the oldest first.
func TestLogsArePacked(t *testing.T) {
	noise := make([]byte, 10_000)
	rand.Read(noise)
	parts := []logPart{{"old", noise}, {"new", noise[:5_000]}, {"posd.log", []byte("x")}}
	for most, want := range map[int][]string{100_000: {"old", "new", "posd.log"}, 12_000: {"new", "posd.log"}, 3_000: {"posd.log"}, 1: {"posd.log"}} {
		packed, err := fit(parts, most)
		if err != nil {
			t.Fatal(err)
		}
		r, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, f := range r.File {
			names = append(names, f.Name)
		}
		if !slices.Equal(names, want) || unzipped(t, packed, "posd.log") != "x" {
			t.Errorf("%d bytes: %v, want %v", most, names, want)
		}
	}
}

func unzipped(t *testing.T, file []byte, name string) string {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := r.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	text, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
