package wire

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// KeyFileName is the file on a USB stick from which a box takes its connection key. It lies in the stick's root.
const KeyFileName = "posbox-key.txt"

// KeyFile is what stands in it. It is text that a person may write on any machine: a first line that says what it is, then
// a word and its value on a line, in any order, each once.
//
//	posbox key 1
//	baaz https://baaz.example.mn
//	key 00000-00000-00000-00000-00000
//
// Empty lines and lines that begin with # are passed over; so are a byte order mark and carriage returns, which Windows
// adds. Anything else is refused: a file that is half understood could send a box to the wrong place. Whether the address
// is one, the till decides.
type KeyFile struct {
	BAAZ string
	Key  Key
}

const (
	keyFileHead = "posbox key 1"
	maxKeyFile  = 4096 // bytes
	maxBAAZ     = 200  // bytes of an address, as the till takes it
)

// ErrKeyFile says that a file is no key file. A wrong key in one is ErrKeyForm or ErrKeyCheck.
var ErrKeyFile = errors.New("wire: not a key file of posbox")

// Text writes what ParseKeyFile reads. The key is in it: it is for a file, not for a log.
func (f KeyFile) Text() string {
	return fmt.Sprintf("%s\nbaaz %s\nkey %s\n", keyFileHead, f.BAAZ, f.Key.Reveal())
}

// ReadKeyFile reads a key file; it takes no more than such a file can have.
func ReadKeyFile(r io.Reader) (KeyFile, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxKeyFile+1))
	if err != nil {
		return KeyFile{}, err
	}
	return ParseKeyFile(b)
}

// ParseKeyFile reads a key file's bytes.
func ParseKeyFile(b []byte) (f KeyFile, err error) {
	if len(b) > maxKeyFile || !utf8.Valid(b) {
		return f, fmt.Errorf("%w: too large, or no text", ErrKeyFile)
	}
	var values = map[string]string{}
	first := true
	for n, line := range strings.Split(strings.TrimPrefix(string(b), "\ufeff"), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if first {
			if line != keyFileHead {
				return f, fmt.Errorf("%w: it does not begin with %q", ErrKeyFile, keyFileHead)
			}
			first = false
			continue
		}
		word, value, _ := strings.Cut(line, " ")
		value = strings.TrimSpace(value)
		if word != "baaz" && word != "key" || value == "" || values[word] != "" {
			return f, fmt.Errorf("%w: line %d", ErrKeyFile, n+1) // not the line itself: a key may stand in it
		}
		values[word] = value
	}
	if values["baaz"] == "" || values["key"] == "" || len(values["baaz"]) > maxBAAZ || strings.ContainsAny(values["baaz"], " \t") {
		return f, fmt.Errorf("%w: it needs one baaz and one key", ErrKeyFile)
	}
	f.BAAZ = values["baaz"]
	f.Key, err = ParseKey(values["key"])
	return f, err
}
