package catalog

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// What the letters of a text file are.
type charset int

const (
	undecided charset = iota // plain ASCII so far
	utf8Letters
	win1251
)

// letters turns a text file into UTF-8. What its letters are it decides at the first one that is not ASCII, by all
// that follows within 64 KiB.
type letters struct {
	r    *bufio.Reader
	set  charset
	read int64  // bytes taken from r
	out  []byte // decoded, not yet given
}

func (l *letters) Read(p []byte) (int, error) {
	if len(l.out) > 0 {
		n := copy(p, l.out)
		l.out = l.out[n:]
		return n, nil
	}
	if _, err := l.r.Peek(1); err != nil {
		return 0, err
	}
	b, _ := l.r.Peek(min(l.r.Buffered(), len(p)))
	if l.set == undecided {
		switch i := bytes.IndexFunc(b, func(r rune) bool { return r >= utf8.RuneSelf }); {
		case i > 0:
			b = b[:i]
		case i == 0:
			head, err := l.r.Peek(maxRecord)
			l.set = decide(head, errors.Is(err, io.EOF))
			b, _ = l.r.Peek(min(l.r.Buffered(), len(p))) // looking that far has moved the buffer
		}
	}
	n := copy(p, b)
	_, _ = l.r.Discard(n)
	l.read += int64(n)
	if l.set != win1251 {
		return n, nil
	}
	return l.give(p, n), nil
}

// give decodes the first n bytes of p, and puts what does not fit back aside.
func (l *letters) give(p []byte, n int) int {
	l.out = l.out[:0:0]
	for _, b := range p[:n] {
		l.out = utf8.AppendRune(l.out, charmap.Windows1251.DecodeByte(b))
	}
	given := copy(p, l.out)
	l.out = l.out[given:]
	return given
}

// decide tells UTF-8 from Windows-1251. Text in the latter is hardly ever valid UTF-8, but single pairs of letters may
// look like it (Сү is the bytes of ѿ), so what counts is whether there are more letters that a shop writes or more bytes
// that fit nowhere. A UTF-8 file with a few broken letters stays one, and its broken rows are named.
func decide(head []byte, whole bool) charset {
	var likely, invalid, high, cyrillic int
	for i := 0; i < len(head); {
		if head[i] >= utf8.RuneSelf {
			high++
			if cyrillic1251(head[i]) {
				cyrillic++
			}
		}
		r, size := utf8.DecodeRune(head[i:])
		switch {
		case r == utf8.RuneError && size == 1 && (whole || utf8.FullRune(head[i:])):
			invalid++
		case likelyLetter(r):
			likely++
		}
		i += max(size, 1)
	}
	if invalid > 0 && invalid >= likely && 5*cyrillic >= 3*high {
		return win1251
	}
	return utf8Letters
}

// cyrillic1251 reports whether a byte is a letter of Mongolian or Russian in Windows-1251, the four of oldLetters
// counted.
func cyrillic1251(b byte) bool {
	return b >= 0xc0 || strings.IndexByte("\xa8\xb8\xaa\xba\xaf\xbf", b) >= 0
}

// likelyLetter reports whether a rune beyond ASCII is one that stands in lists of goods.
func likelyLetter(r rune) bool {
	return 'А' <= r && r <= 'я' || strings.ContainsRune("ЁёӨөҮү", r) || 0xa0 <= r && r < 0x180 || 0x2010 <= r && r < 0x2200
}

// oldLetters are ө and ү as fonts of the time before Unicode drew them: on the places of Ukrainian letters that
// neither Mongolian nor Russian has. The same four bytes are Ukrainian in Ukrainian texts, which cannot do without і.
var oldLetters = strings.NewReplacer("Є", "Ө", "є", "ө", "Ї", "Ү", "ї", "ү")

// modern reads ө and ү in a text that came in Windows-1251.
func modern(s string) string {
	if strings.ContainsAny(s, "ІіҐґ") {
		return s
	}
	return oldLetters.Replace(s)
}
