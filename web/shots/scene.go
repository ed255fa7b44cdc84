package main

import (
	"net/http"
	"strings"

	"posbox/web"
	"posbox/web/browser"
	"posbox/web/canned"
	"posbox/web/canned/office"
)

// scene is a situation of either screen.
type scene struct {
	name  string
	sizes []size
	do    string
	away  bool
	// open lets a stand-in show it and goes there; leave stops the stand-in.
	open func(st *stands, p *browser.Page, lang string) (leave func())
}

// stands are the servers that stand in for posd and BAAZ, one of each a worker.
type stands struct {
	till *canned.Server
	baaz *office.Server
}

func newStands() *stands { return &stands{canned.Serve(web.Till()), office.Serve(web.Baaz())} }

func (s *stands) close() {
	s.till.Close()
	s.baaz.Close()
}

// all lists every situation: the till's, and BAAZ's, whose names begin with "baaz-".
func all() (list []scene) {
	for _, s := range canned.All() {
		list = append(list, till(s))
	}
	for _, s := range office.All() {
		list = append(list, baaz(s))
	}
	return list
}

// named lists the situations whose names begin so.
func named(prefix string) (found []scene) {
	for _, s := range all() {
		if strings.HasPrefix(s.name, prefix) {
			found = append(found, s)
		}
	}
	return found
}

func till(s canned.Scene) scene {
	z := sizes
	if s.At == "display" {
		z = displays
	}
	return scene{s.Name, z, s.Do, s.Away, func(st *stands, p *browser.Page, lang string) func() {
		st.till.Show(s, lang)
		p.Go(st.till.URL + "/#/" + s.At)
		p.Stage(s.Stage())
		return st.till.Leave
	}}
}

func baaz(s office.Scene) scene {
	do := s.Do
	if s.Away { // what stands there then is of before
		do = "wait away"
	}
	return scene{"baaz-" + s.Name, offices, do, s.Away, func(st *stands, p *browser.Page, lang string) func() {
		st.baaz.Show(s, lang)
		p.Refuses(http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusConflict)
		p.Size(offices[0].w, offices[0].h)
		p.Speaks(lang)
		at := "/#/" + s.At
		if strings.HasPrefix(s.At, "link=") {
			at = "/#" + s.At
		}
		p.Go(st.baaz.URL + at)
		p.Stage(s.Page)
		if s.Away {
			p.Play(s.Do)
		}
		return st.baaz.Leave
	}}
}

// sizesOr are the sizes in which a scene is seen, unless only some are wanted.
func (s scene) sizesOr(only []size) []size {
	if only != nil {
		return only
	}
	return s.sizes
}
