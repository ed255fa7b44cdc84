package main

import (
	"path/filepath"
	"sync"

	"posbox/engine"
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

// tidyTyped lets go what has been done, and what sellers have typed who cannot log in any more: another may have their code.
func (p *program) tidyTyped(v *engine.View) {
	if v.Err != nil {
		return // what a damaged journal knows is not known
	}
	env := sync.OnceValue(p.engine.Env)
	changed, err := p.typed.Stay(func(d typed.Draft) bool {
		return !p.engine.Answered(d.ID) && (d.Seller == "" || till.Here(v.State, env(), d.Seller))
	})
	if err != nil {
		p.log.Warn("drafts that are done with were not deleted", "err", err)
	}
	if changed {
		p.deviceChanged() // the screen is told that it is another N
	}
}
