package main

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"posbox/gokrazy/logs"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/wire"
)

// logsTold is how long the screen says that BAAZ was given the logs. The journal says it for ever.
const logsTold = 12 * time.Hour

// giveLogs makes what BAAZ is given when somebody there has asked for the logs of this box. The shop is told first: a record
// of who has asked, and a line on the screen. A wish that comes again, because its answer was lost, is no second record.
func (p *program) giveLogs(ctx context.Context, wish, by string) ([]byte, error) {
	if p.engine.View().State.LogsSent != wish {
		if err := p.engine.Tell(ctx, event.LogsSent{Wish: wish, For: by}); err != nil {
			return nil, err
		}
	}
	p.log.Info("logs are given to BAAZ", "for", by)
	p.tell(fault.New(fault.LogsSent, "by", by))
	time.AfterFunc(logsTold, func() {
		p.forget(fault.LogsSent)
		p.deviceChanged()
	})
	return p.packLogs(wire.MaxLogs)
}

// logPart is one file of the logs.
type logPart struct {
	name string
	text []byte
}

// packLogs makes a zip file of at most so many bytes: what is oldest is left out.
func (p *program) packLogs(most int) ([]byte, error) {
	var parts []logPart // oldest first
	if p.machine != nil {
		err := logs.Each(filepath.Join(p.machine.keep, logsFolder), func(name string, r io.Reader) error {
			text, err := io.ReadAll(io.LimitReader(r, 2*logs.FileBytes))
			parts = append(parts, logPart{"box/" + name, text})
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return fit(append(parts, logPart{"posd.log", p.ownLog()}), most)
}

// fit packs the newest parts that fit; the last one goes in any case.
func fit(parts []logPart, most int) ([]byte, error) {
	for {
		packed, err := pack(parts)
		if err != nil || len(packed) <= most || len(parts) == 1 {
			return packed, err
		}
		parts = parts[1:]
	}
}

// ownLog writes what the till remembers of its own log, oldest first.
func (p *program) ownLog() []byte {
	var b bytes.Buffer
	list := p.ring.newest(ringLength)
	slices.Reverse(list)
	for _, r := range list {
		fmt.Fprintf(&b, "%s %s %s", r.At.UTC().Format(time.RFC3339Nano), r.Level, oneLine(r.Msg))
		for _, name := range slices.Sorted(maps.Keys(r.Attrs)) {
			fmt.Fprintf(&b, " %s=%q", name, r.Attrs[name])
		}
		b.WriteByte('\n')
	}
	return b.Bytes()
}

func oneLine(s string) string { return strings.ReplaceAll(s, "\n", " ") }

func pack(parts []logPart) ([]byte, error) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, x := range parts {
		f, err := w.Create(x.name)
		if err != nil {
			return nil, err
		}
		if _, err := f.Write(x.text); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return b.Bytes(), err
}
