package central

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"

	"posbox/pos/fault"
	"posbox/wire"
)

// file is what stands in central.json: a line with the format and the SHA-256 of what follows, then JSON.
type file struct {
	// Mark is that of the snapshot which the catalogue was built from; List the price list that it is sold by.
	Mark   string            `json:"mark"`
	List   string            `json:"list"`
	Scopes map[string]*scope `json:"scopes"`
}

// scope is what is known of one scope. It is never changed once it stands in a file.
type scope struct {
	At       wire.Position       `json:"at"`
	Rows     map[string]wire.Row `json:"rows"` // by key; without goods and customers
	Problems problems            `json:"problems,omitempty"`
}

// problems are rows that could not be used, by key, and why.
type problems map[string]problem

type problem struct{ Register, Code, Detail string }

// add notes a row; of very many the first ones do.
func (p problems) add(r wire.Row, err error) {
	if len(p) < maxProblems {
		p[r.Key()] = problem{r.Register, r.Code, err.Error()}
	}
}

const (
	fileName = "central.json"
	fileHead = "posbox central 1 "
)

func (f file) clone() file {
	f.Scopes = maps.Clone(f.Scopes)
	if f.Scopes == nil {
		f.Scopes = map[string]*scope{}
	}
	return f
}

func (f file) scope(s wire.Scope) *scope { return f.Scopes[s.String()] }

// errDamaged is returned for a file that was not written by this program, or not whole.
var errDamaged = errors.New("central: the file is damaged")

// readFile reads the file; one that is not there is empty.
func readFile(path string) (file, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return file{}, nil
	}
	if err != nil {
		return file{}, err
	}
	f, err := parseFile(b)
	if err != nil {
		return file{}, fault.Wrap(err, fault.CentralBroken)
	}
	return f, nil
}

func parseFile(b []byte) (f file, err error) {
	head, body, ok := bytes.Cut(b, []byte{'\n'})
	sum := sha256.Sum256(body)
	if !ok || string(head) != fileHead+hex.EncodeToString(sum[:]) {
		return file{}, errDamaged
	}
	if err := json.Unmarshal(body, &f); err != nil {
		return file{}, errDamaged
	}
	for _, s := range f.Scopes {
		if s == nil {
			return file{}, errDamaged
		}
		if s.Rows == nil {
			s.Rows = map[string]wire.Row{}
		}
		if s.Problems == nil {
			s.Problems = problems{}
		}
	}
	return f, nil
}

func (f file) bytes() ([]byte, error) {
	body, err := json.Marshal(f)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(body)
	return append(fmt.Appendf(nil, "%s%x\n", fileHead, sum), body...), nil
}

// writeFile puts the file in its place, whole or not at all.
func writeFile(dir string, f file) error {
	b, err := f.bytes()
	if err != nil {
		return err
	}
	path := filepath.Join(dir, fileName)
	w, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600) // it holds sellers' hashes
	if err != nil {
		return err
	}
	if _, err = w.Write(b); err == nil {
		err = w.Sync()
	}
	if err := errors.Join(err, w.Close()); err != nil {
		return err
	}
	if err := os.Rename(path+".new", path); err != nil {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
