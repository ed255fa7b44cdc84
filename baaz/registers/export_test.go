package registers

import (
	"io"
)

// Read makes items of a file, as Import does first.
func Read(r *Registers, register string, file io.ReadSeeker) (int, error) {
	reg, columns, err := columnsOf(register)
	if err != nil {
		return 0, err
	}
	rd := &reader{in: Import{Register: register, Name: "f", File: file, Progress: func(string, int64, int64) {}}, reg: reg, columns: columns,
		company: 1, today: "2026-11-28", at: map[string]int{}}
	err = rd.run()
	return len(rd.items), err
}
