package main

import (
	"path/filepath"
	"sync"

	"posbox/engine"
	"posbox/pos/event"
	"posbox/pos/till"
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

// forgetLeft lets go what sellers have typed who cannot log in any more: another may get their code.
func (p *program) forgetLeft(v *engine.View) {
	if v.Err != nil {
		return // whom a damaged journal knows is not known
	}
	env := sync.OnceValue(p.engine.Env)
	err := p.typed.Stay(func(seller string) bool {
		_, there := till.Find(v.State, env(), event.SellerCode(seller))
		return there
	})
	if err != nil {
		p.log.Warn("drafts of sellers who have left were not deleted", "err", err)
	}
}
