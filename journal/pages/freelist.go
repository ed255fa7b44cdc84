package pages

import "encoding/binary"

const countElsewhere = 0xFFFF // a freelist's count that stands in its first 8 bytes

// freelist reads and checks the freelist. pages is how many pages it fills itself; ids are the raw page numbers,
// ascending and within the file. Only call it if the meta names a freelist.
func (f *File) freelist() (pages uint64, ids []byte, bad *Damage) {
	at := f.meta.freelist
	b, h, bad := f.head(at, nil)
	if bad == nil {
		bad = checkHeader(h, at, flagFreelist)
	}
	if bad == nil {
		b, bad = f.rest(at, h, b)
	}
	if bad == nil {
		ids, bad = listed(at, h, b)
	}
	if bad == nil {
		bad = f.checkFree(ids)
	}
	return uint64(h.overflow) + 1, ids, bad
}

// listed cuts the page numbers out of a freelist page.
func listed(page uint64, h header, b []byte) ([]byte, *Damage) {
	n, rest := uint64(h.count), b[headerSize:]
	if h.count == countElsewhere {
		n, rest = binary.LittleEndian.Uint64(rest), rest[8:]
		if n < countElsewhere {
			return nil, damaged(page, "freelist of %d pages counted as a long one", n)
		}
	}
	if n > uint64(len(rest))/8 {
		return nil, damaged(page, "freelist of %d pages does not fit its page", n)
	}
	return rest[:n*8], nil
}

func (f *File) checkFree(ids []byte) *Damage {
	last := uint64(firstPage - 1)
	for i := 0; i < len(ids); i += 8 {
		id := binary.LittleEndian.Uint64(ids[i:])
		switch {
		case id < firstPage || id >= f.meta.high:
			return damaged(f.meta.freelist, "free page %d is outside the %d pages in use", id, f.meta.high)
		case id <= last:
			return damaged(f.meta.freelist, "free page %d stands after %d", id, last)
		}
		last = id
	}
	return nil
}
