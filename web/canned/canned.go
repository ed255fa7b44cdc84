// Package canned is one table of situations that a screen can be in, and a small server that says to the screen what
// posd would say in each.
//
// Pictures (web/shots), the layout's tests and the accessibility tests go through the table, so that no situation is
// looked at by chance only. A test in package ui decodes every state and every answer strictly into the API's own types:
// what posd no longer says, or says in addition, fails there.
package canned

import (
	"posbox/pos/fault"
)

// object is JSON as posd would send it. In place of texts it may hold a *fault.Error, which is said in the reader's
// language.
type object = map[string]any

type list = []any

// Scene is one situation.
type Scene struct {
	Name string
	// At is the screen's address, "sell" for /#/sell. Page is the screen that must then be on, where it is another.
	At, Page string
	State    object
	// Answers are what else is asked and answered, by path without its query, over those of every scene.
	Answers map[string]any
	// Refuse are the commands that the till refuses, by kind.
	Refuse map[string]*fault.Error
	// Do is what the cashier does first: a script of browser.Page.Play.
	Do string
	// Away: posd stops answering once the page stands.
	Away bool
}

// Stage is the screen that the scene must show.
func (s Scene) Stage() string {
	if s.Page != "" {
		return s.Page
	}
	return s.At
}

// All lists every scene. They share nothing: a caller may change them.
func All() []Scene {
	var all []Scene
	for _, group := range [][]Scene{selling(), paying(), returning(), looking(), shifts(), people(), troubles(), ebarimts(), owners(), displays()} {
		all = append(all, group...)
	}
	return all
}

// Answer returns what a path answers in a scene, in a language; nil where there is no such path.
func (s Scene) Answer(path, lang string) any {
	if a, ok := s.Answers[path]; ok {
		return say(a, lang)
	}
	if path == "/api/state" {
		return say(s.State, lang)
	}
	if a, ok := everywhere()[path]; ok {
		return say(a, lang)
	}
	return nil
}

// Paths lists what a scene answers.
func (s Scene) Paths() []string {
	paths := []string{"/api/state"}
	for p := range s.Answers {
		paths = append(paths, p)
	}
	for p := range everywhere() {
		if _, ok := s.Answers[p]; !ok {
			paths = append(paths, p)
		}
	}
	return paths
}

// logged is a record of the log.
type logged struct {
	time, level, msg string
	attrs            object
}

// say puts faults into words.
func say(v any, lang string) any {
	switch v := v.(type) {
	case *fault.Error:
		return refusal(v, lang)
	case logged:
		err, _ := v.attrs["err"].(string)
		return object{"time": v.time, "level": v.level, "msg": v.msg, "text": fault.Noted(v.msg, err, lang), "attrs": v.attrs}
	case object:
		out := object{}
		for key, inner := range v {
			if f, ok := inner.(*fault.Error); ok && key == "fault" { // of a device: its words stand beside its state
				text, hint := f.Say(lang)
				out["code"], out["text"], out["hint"] = string(f.Code), text, hint
				continue
			}
			out[key] = say(inner, lang)
		}
		return out
	case list:
		out := make(list, len(v))
		for i := range v {
			out[i] = say(v[i], lang)
		}
		return out
	}
	return v
}

func refusal(f *fault.Error, lang string) object {
	text, hint := f.Say(lang)
	return object{"code": string(f.Code), "text": text, "hint": hint, "severity": string(f.Severity())}
}
