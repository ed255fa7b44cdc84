package main

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"posbox/pos/till"
	"posbox/wire"
)

// joinFile begins the names of files with connection keys; the key's fingerprint follows. One that was asked for with
// another key until a moment ago must not be lost before the new wish is a fact, so there may be two for that moment.
const joinFile = "join.key."

// readKey implements till.Env.Key.
func readKey(text string) (key, fingerprint string, err error) {
	k, err := wire.ParseKey(text)
	if err != nil {
		return "", "", err
	}
	return k.Reveal(), k.Fingerprint(), nil
}

// keepKey puts a connection key into a file of its own that only the till may read. It stands in no journal, no log and
// no answer.
func (p *program) keepKey(fingerprint, key string) error {
	return writeFile(filepath.Join(p.flags.data, joinFile+fingerprint), key+"\n")
}

// tidyAfter keeps a key that has just been put down from being removed before its wish is a fact.
const tidyAfter = time.Minute

// tidyKeys removes keys that nothing waits for: of a wish that was changed, and all once the shop has joined.
func tidyKeys(dir string, st *till.State) {
	names, err := filepath.Glob(filepath.Join(dir, joinFile+"*"))
	if err != nil {
		return
	}
	for _, name := range names {
		fi, err := os.Stat(name)
		if err != nil || time.Since(fi.ModTime()) < tidyAfter {
			continue
		}
		fingerprint := strings.TrimPrefix(filepath.Base(name), joinFile)
		if st.Joined || st.Join == nil || st.Join.Fingerprint != fingerprint {
			os.Remove(name)
		}
	}
}
