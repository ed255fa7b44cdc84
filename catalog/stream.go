package catalog

import "bytes"

// nothing is a stream without keys.
type nothing struct{}

func (nothing) next() (key, value []byte, err error) { return nil, nil, nil }

// streamOf gives all of a bucket of an old file, which need not be there.
func streamOf(p *pages, bucket []byte) stream {
	if p == nil {
		return nothing{}
	}
	return &bucketStream{c: p.cursor(bucket)}
}

type bucketStream struct {
	c     *cursor
	begun bool
}

func (b *bucketStream) next() (key, value []byte, err error) {
	if b.begun {
		key, value = b.c.next()
	} else {
		key, value = b.c.seek(nil)
		b.begun = true
	}
	return key, value, b.c.err
}

// without leaves out keys.
type without struct {
	stream
	drop func(key []byte) bool
}

func (w without) next() (key, value []byte, err error) {
	for {
		key, value, err = w.stream.next()
		if key == nil || err != nil || !w.drop(key) {
			return key, value, err
		}
	}
}

// layered lays one stream over another: what both have is the upper one's. Each gives a key once.
type layered struct {
	under, over stream
	// told, if set, gets every value of the upper one with what it covers, nil where that is nothing.
	told func(was, is []byte)
	// keep, if set, returns what the upper value is where it covers one: it may keep of that what it says nothing of.
	keep func(was, is []byte) []byte
	// alone: what only the lower one has is left out. told gets it with nil over it.
	alone bool

	begun  bool
	uk, uv []byte
	ok, ov []byte
	step   int // which to go on with: 1 the lower, 2 the upper, 3 both
}

func (l *layered) next() (key, value []byte, err error) {
	for {
		if err := l.advance(); err != nil {
			return nil, nil, err
		}
		switch c := bytes.Compare(l.uk, l.ok); {
		case l.uk == nil && l.ok == nil:
			return nil, nil, nil
		case l.ok == nil || l.uk != nil && c < 0:
			l.step = 1
			if l.alone {
				l.tell(l.uv, nil)
				continue
			}
			return l.uk, l.uv, nil
		case l.uk != nil && c == 0:
			if l.step = 3; l.keep != nil {
				l.ov = l.keep(l.uv, l.ov)
			}
			l.tell(l.uv, l.ov)
		default:
			l.step = 2
			l.tell(nil, l.ov)
		}
		return l.ok, l.ov, nil
	}
}

func (l *layered) advance() (err error) {
	if !l.begun {
		l.begun, l.step = true, 3
	}
	if l.step&1 != 0 {
		if l.uk, l.uv, err = l.under.next(); err != nil {
			return err
		}
	}
	if l.step&2 != 0 {
		l.ok, l.ov, err = l.over.next()
	}
	return err
}

func (l *layered) tell(was, is []byte) {
	if l.told != nil {
		l.told(was, is)
	}
}
