package main

import (
	"path/filepath"

	"posbox/typed"
)

// typedFile keeps what has been typed and not done yet.
const typedFile = "typed.json"

func (p *program) openTyped() {
	var err error
	if p.typed, err = typed.Open(filepath.Join(p.flags.data, typedFile)); err != nil {
		p.log.Warn("what was half typed is lost", "err", err)
	}
}
