package web

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"posbox/baaz/store"
	"posbox/baaz/who"
	"posbox/pos/fault"
)

// fleetRoutes are for whoever looks after boxes of several companies, and flashes them.
func fleetRoutes() []route {
	return []route{
		{method: "GET", path: "/api/boxes", door: doorHome, right: who.RightLook, do: answers((*Server).fleet),
			summary: "The tills of all companies that I have to do with", about: "How they stand, never what they sell. More than one page: ask again with `after`, which is `next` of the page before; what is asked for must stay the same. All pages stand as of the first one. None passes over a till that moves by itself while they are read (it is heard of again, it runs another version), but it may come twice: at its place and at the end.",
			query: []param{{name: "find", what: "words that each begin a word of the company's or the point's name, the box's id or its version", kind: text, most: 200},
				{name: "state", what: "silent, revoked, online, off, waits or none; empty: any", kind: text, most: 20}, {name: "version", what: "only tills that run it", kind: text, most: 100},
				{name: "sort", what: "state (the default), company, point or version", kind: text, most: 20}, {name: "down", what: "1: the other way round", most: 1},
				{name: "after", what: "where to go on", kind: text, most: 2000}, limited(100, 1000)}},
		{method: "GET", path: "/api/downloads", door: doorAnyone, do: answers((*Server).downloads),
			summary: "Images that disks of boxes are flashed with", about: "Those that lie in the server's folder of downloads with their manifests."},
		{method: "GET", path: "/api/downloads/{file}", door: doorAnyone, do: sends("application/octet-stream", (*Server).download),
			summary: "An image, or its manifest (`FILE.manifest.json`)", about: "Range may be asked for.", faults: []fault.Code{fault.NotFound}},
	}
}

// FleetTill is a sales point of some company, and the box that sells there.
type FleetTill struct {
	Company store.Company `json:"company"`
	Name    string        `json:"name"` // of the company
	Point   PointView     `json:"point"`
	Box     *BoxView      `json:"box,omitempty"` // none has joined: not there
}

// FleetVersion says how many tills run a version.
type FleetVersion struct {
	Version string `json:"version"`
	Count   int64  `json:"count"`
}

// FleetAnswer is a part of the list of tills, with what all of them are counted by.
type FleetAnswer struct {
	Tills    []FleetTill                `json:"tills"`
	Next     string                     `json:"next"`     // where the list goes on; empty: that was all
	Found    int64                      `json:"found"`    // that are as was asked for, counted up to 1000
	States   map[store.FleetState]int64 `json:"states"`   // of all that I have to do with: silent, revoked, online, off, waits (for its box), none
	Versions []FleetVersion             `json:"versions"` // the same, the newest first
}

func (s *Server) fleet(c *call) (a FleetAnswer, err error) {
	a.Tills, a.Versions = []FleetTill{}, []FleetVersion{}
	q, err := s.fleetQuery(c)
	if err != nil {
		return a, err
	}
	return a, s.o.Store.Read(c.ctx(), func(tx *store.Tx) error {
		a.States = map[store.FleetState]int64{}
		if q.FleetScope == (store.FleetScope{}) && !seesAll(c) {
			return nil
		}
		rows, err := tx.Fleet(q)
		if err != nil {
			return err
		}
		if len(rows) == q.Limit { // one more than was asked for: there are others
			rows = rows[:len(rows)-1]
			a.Next = placeText(rows[len(rows)-1].Place)
		}
		if a.Tills, err = s.fleetTills(tx, rows, langOf(c.Request)); err != nil {
			return err
		}
		if a.Found, err = tx.FleetFound(q); err != nil {
			return err
		}
		return s.fleetCounts(tx, q, &a)
	})
}

// seesAll reports whether a caller has to do with every company.
func seesAll(c *call) bool { return c.who.World == who.Operator && !c.who.IsToken() }

// fleetQuery reads what is asked for. Whose tills: an operator's are all, a vendor's those of its companies, else one's own.
func (s *Server) fleetQuery(c *call) (q store.FleetQuery, err error) {
	now := s.o.Now()
	q = store.FleetQuery{Find: c.text("find"), State: store.FleetState(c.text("state")), Sort: store.FleetSort(cmp.Or(c.text("sort"), string(store.ByState))), Down: c.number("down") > 0,
		Silence: now.Add(-silentAfter).UnixMicro(), Now: now.UnixMicro(), Limit: int(c.number("limit")) + 1}
	if c.Request.URL.Query().Has("version") {
		version := c.text("version")
		q.Version = &version
	}
	switch {
	case q.State != "" && !slices.Contains(store.FleetStates, q.State):
		return q, fault.New(fault.RequestMalformed, "detail", "state")
	case !slices.Contains(store.FleetSorts, q.Sort):
		return q, fault.New(fault.RequestMalformed, "detail", "sort")
	}
	if text := c.text("after"); text != "" {
		if q.After, err = readPlace(text); err != nil {
			return q, fault.Wrap(err, fault.RequestMalformed, "detail", "after")
		}
	}
	switch {
	case seesAll(c):
	case c.who.World == who.Vendor && !c.who.IsToken():
		q.Vendor = c.who.Home
	default:
		q.Company = c.who.Home
	}
	return q, nil
}

// placeText writes a place as a list's next, and readPlace reads it.
func placeText(p store.FleetPlace) string {
	b, err := json.Marshal(p)
	if err != nil {
		panic(err) // numbers and bytes
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func readPlace(text string) (p store.FleetPlace, err error) {
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(b, &p)
	}
	if err == nil && (p.Company == 0 || p.Now == 0) {
		err = errors.New("web: it names no till, or no moment")
	}
	return p, err
}

// fleetTills reads what a page shows of its tills, and nothing of others.
func (s *Server) fleetTills(tx *store.Tx, rows []store.FleetRow, lang string) ([]FleetTill, error) {
	list, names := []FleetTill{}, map[store.Company]string{}
	for _, r := range rows {
		if names[r.Company] == "" {
			name, err := tx.CompanyName(r.Company)
			if err != nil {
				return nil, err
			}
			names[r.Company] = name
		}
		p, err := tx.PointOf(r.Company, r.Point)
		if err != nil {
			return nil, err
		}
		keys, err := tx.WaitingOf(r.Company, r.Point, s.micros())
		if err != nil {
			return nil, err
		}
		one := FleetTill{Company: r.Company, Name: names[r.Company], Point: pointView(p, keys)}
		if one.Box, err = s.boxViewOf(tx, r.Company, p, lang); err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, nil
}

// fleetKept is how long counts of all tills are told before they are counted again: many may look at once.
const fleetKept = 5 * time.Second

// keptCounts are counts that were made.
type keptCounts struct {
	at       time.Time
	states   map[store.FleetState]int64
	versions []FleetVersion
}

func (s *Server) fleetCounts(tx *store.Tx, q store.FleetQuery, a *FleetAnswer) error {
	kept, ok := s.counts.of(q.FleetScope)
	now := s.o.Now()
	if age := now.Sub(kept.at); !ok || age < 0 || age >= fleetKept {
		states, versions, err := tx.FleetCounts(store.FleetQuery{FleetScope: q.FleetScope, Silence: now.Add(-silentAfter).UnixMicro(), Now: now.UnixMicro()})
		if err != nil {
			return err
		}
		kept = keptCounts{at: now, states: states, versions: []FleetVersion{}}
		for _, v := range slices.SortedFunc(maps.Keys(versions), func(a, b string) int { return bytes.Compare(store.ReleaseKey(b), store.ReleaseKey(a)) }) {
			kept.versions = append(kept.versions, FleetVersion{v, versions[v]})
		}
		s.counts.keep(q.FleetScope, kept)
	}
	a.States, a.Versions = kept.states, kept.versions
	return nil
}

// fleetKeptMost bounds whose counts are kept.
const fleetKeptMost = 1000

// counted keeps counts by whose they are.
type counted struct {
	mu  sync.Mutex
	all map[store.FleetScope]keptCounts
}

func (k *counted) of(s store.FleetScope) (c keptCounts, ok bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	c, ok = k.all[s]
	return c, ok
}

func (k *counted) keep(s store.FleetScope, c keptCounts) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.all == nil || len(k.all) >= fleetKeptMost {
		k.all = map[store.FleetScope]keptCounts{}
	}
	k.all[s] = c
}

// myCompanies are the companies that a caller has to do with: one's own; a vendor's people also see those that it looks
// after, operators all.
func myCompanies(tx *store.Tx, c *call) (rows []store.CompanyRow, err error) {
	switch {
	case c.who.World == who.Operator && !c.who.IsToken():
		return tx.EveryCompany()
	case c.who.Home == 0:
		return nil, nil
	case c.who.World == who.Vendor && !c.who.IsToken():
		if rows, err = tx.CompaniesOf(c.who.Home); err != nil {
			return nil, err
		}
	}
	own, err := tx.Company(c.who.Home)
	return append([]store.CompanyRow{own}, rows...), err
}

// Download is an image that lies in the folder of downloads.
type Download struct {
	File     string    `json:"file"`
	Manifest string    `json:"manifest"`
	Station  string    `json:"station"` // kind of box: pc, pi, vm
	Version  string    `json:"version"`
	Size     int64     `json:"size"`
	SHA256   string    `json:"sha256"` // of the file, hex
	Note     string    `json:"note"`   // what has not been tried
	Made     time.Time `json:"made"`
}

// DownloadsAnswer lists them, the newest first.
type DownloadsAnswer struct {
	Downloads []Download `json:"downloads"`
}

// manifestEnd ends the name of a manifest, which lies beside its image.
const manifestEnd = ".manifest.json"

func (s *Server) downloads(*call) (a DownloadsAnswer, err error) {
	a.Downloads, err = s.shipped()
	return a, err
}

// shipped lists what lies in the folder of downloads. A file without manifest, or that is not as long as it says, is still
// on its way there, or broken: it is not offered.
func (s *Server) shipped() ([]Download, error) {
	list := []Download{}
	if s.o.Downloads == "" {
		return list, nil
	}
	root, err := os.OpenRoot(s.o.Downloads)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	folder, err := root.Open(".")
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	entries, err := folder.ReadDir(-1)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), manifestEnd)
		if !ok || !e.Type().IsRegular() {
			continue
		}
		d, err := shippedAs(root, name)
		if err != nil {
			s.o.Logger.Warn("an image is not offered", "file", name, "err", err)
			continue
		}
		list = append(list, d)
	}
	slices.SortFunc(list, func(a, b Download) int { return cmp.Or(b.Made.Compare(a.Made), cmp.Compare(a.File, b.File)) })
	return list, nil
}

func shippedAs(root *os.Root, name string) (d Download, err error) {
	f, err := root.Open(name + manifestEnd)
	if err != nil {
		return d, err
	}
	defer f.Close()
	if d, err = readManifest(f, strings.HasSuffix(name, ".zst")); err != nil {
		return d, err
	}
	at, err := root.Stat(name)
	switch {
	case err != nil:
		return d, err
	case !at.Mode().IsRegular() || at.Size() != d.Size:
		return d, fmt.Errorf("it has %d bytes, its manifest says %d", at.Size(), d.Size)
	}
	d.File, d.Manifest, d.Made = name, name+manifestEnd, at.ModTime().UTC()
	return d, nil
}

// errManifest says that a file is no manifest of an image.
var errManifest = errors.New("web: not a manifest of an image")

// readManifest reads what a manifest says of the image as a whole: its first lines. The rest, thousands of files, is passed
// over.
func readManifest(r io.Reader, packed bool) (d Download, err error) {
	in := json.NewDecoder(io.LimitReader(r, 16<<10))
	if open, err := in.Token(); err != nil || open != json.Delim('[') {
		return d, errManifest
	}
	want := map[bool]string{false: "image", true: "image.zst"}[packed]
	for range 2 {
		var line struct {
			Path, SHA256, Version, Station, Note string
			Size                                 int64
		}
		if !in.More() || in.Decode(&line) != nil {
			return d, errManifest
		}
		if line.Path != want {
			continue
		}
		if len(line.SHA256) != 64 || line.Size <= 0 || line.Station == "" {
			return d, errManifest
		}
		return Download{Station: line.Station, Version: line.Version, Size: line.Size, SHA256: line.SHA256, Note: line.Note}, nil
	}
	return d, errManifest
}

// downloadTime bounds how long somebody may take for an image; on a slower line the browser goes on where it was cut.
const downloadTime = 2 * time.Hour

func (s *Server) download(c *call) error {
	list, err := s.shipped()
	if err != nil {
		return err
	}
	name := c.PathValue("file")
	if !slices.ContainsFunc(list, func(d Download) bool { return d.File == name || d.Manifest == name }) {
		return fault.New(fault.NotFound)
	}
	root, err := os.OpenRoot(s.o.Downloads)
	if err != nil {
		return err
	}
	defer root.Close()
	f, err := root.Open(name)
	if err != nil {
		return fault.Wrap(err, fault.NotFound) // taken away in between
	}
	defer f.Close()
	at, err := f.Stat()
	if err != nil {
		return err
	}
	control := http.NewResponseController(c.w)
	if err := errors.Join(control.SetReadDeadline(time.Time{}), control.SetWriteDeadline(time.Now().Add(downloadTime))); err != nil {
		return err
	}
	h := c.w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name))
	http.ServeContent(c.w, c.Request, "", at.ModTime(), f)
	return nil
}
