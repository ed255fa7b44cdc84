package web

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"posbox/baaz/store"
	"posbox/baaz/who"
	"posbox/pos/fault"
)

// fleetRoutes are for whoever looks after boxes of several companies, and flashes them.
func fleetRoutes() []route {
	return []route{
		{method: "GET", path: "/api/boxes", door: doorHome, right: who.RightLook, do: answers((*Server).fleet),
			summary: "The boxes of all companies that I have to do with, company by company", about: "How they stand, never what they sell. More than one page: ask again with `after`.",
			query: []param{{name: "after", what: "the company after which to begin", most: 1 << 53}, limited(200, 1000)}},
		{method: "GET", path: "/api/downloads", door: doorAnyone, do: answers((*Server).downloads),
			summary: "Images that disks of boxes are flashed with", about: "Those that lie in the server's folder of downloads with their manifests."},
		{method: "GET", path: "/api/downloads/{file}", door: doorAnyone, do: sends("application/octet-stream", (*Server).download),
			summary: "An image, or its manifest (`FILE.manifest.json`)", about: "Range may be asked for.", faults: []fault.Code{fault.NotFound}},
	}
}

// FleetCompany is a company and its boxes.
type FleetCompany struct {
	Company store.Company `json:"company"`
	Name    string        `json:"name"`
	Points  []PointView   `json:"points"`
	Boxes   []BoxView     `json:"boxes"`
}

// FleetAnswer lists companies in the order of their ids.
type FleetAnswer struct {
	Companies []FleetCompany `json:"companies"`
	More      bool           `json:"more"` // there are others after the last one
}

func (s *Server) fleet(c *call) (a FleetAnswer, err error) {
	a.Companies = []FleetCompany{}
	lang, after, limit := langOf(c.Request), store.Company(c.number("after")), int(c.number("limit"))
	return a, s.o.Store.Read(c.ctx(), func(tx *store.Tx) error {
		rows, err := fleetPage(tx, c, after, limit+1)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if len(a.Companies) == limit {
				a.More = true
				return nil
			}
			one := FleetCompany{Company: r.Company, Name: r.Name}
			if one.Points, err = s.pointViews(tx, r.Company); err != nil {
				return err
			}
			if one.Boxes, err = s.boxViews(tx, r.Company, lang); err != nil {
				return err
			}
			a.Companies = append(a.Companies, one)
		}
		return nil
	})
}

// fleetPage is the part of myCompanies that a page needs: no page reads what the others show.
func fleetPage(tx *store.Tx, c *call, after store.Company, n int) ([]store.CompanyRow, error) {
	switch {
	case c.who.World == who.Operator && !c.who.IsToken():
		return tx.CompanyPage(0, after, n)
	case c.who.World == who.Vendor && !c.who.IsToken() && c.who.Home != 0:
		return tx.CompanyPage(c.who.Home, after, n)
	}
	rows, err := myCompanies(tx, c)
	return slices.DeleteFunc(rows, func(r store.CompanyRow) bool { return r.Company <= after || r.World != who.Company }), err
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
