package ota

import "posbox/gokrazy/box"

// FileShelf is a folder that keeps the record in a file that is replaced whole.
type FileShelf string

// recordFile is its name.
const recordFile = "update.json"

// Get implements Shelf.
func (s FileShelf) Get(r *Record) error { return box.Get(string(s), recordFile, r) }

// Put implements Shelf.
func (s FileShelf) Put(r Record) error { return box.Put(string(s), recordFile, r) }
