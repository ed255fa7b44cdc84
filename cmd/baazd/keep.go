package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"posbox/baaz/ingest"
	"posbox/baaz/registers"
	"posbox/baaz/store"
	"posbox/baaz/who"
	"posbox/wire"
)

// openFolder opens the store of a server that may be serving meanwhile.
func openFolder(ctx context.Context, f flags) (*store.Store, error) {
	if f.db == "" {
		if err := os.MkdirAll(f.data, 0o700); err != nil {
			return nil, err
		}
	}
	return store.Open(ctx, f.dsn())
}

// openThere is openFolder for what needs a store that is there: of a mistyped folder it must not make a new one, whose backup
// would be empty and said to be good.
func openThere(ctx context.Context, f flags) (*store.Store, error) {
	if err := there(f); err != nil {
		return nil, err
	}
	return openFolder(ctx, f)
}

func there(f flags) error {
	if store.EngineOf(f.dsn()) == store.PostgreSQL {
		return nil
	}
	if _, err := os.Stat(f.dsn()); err != nil {
		return fmt.Errorf("there is no store: %w", err)
	}
	return nil
}

// openAlone opens the store of a server that must not be serving.
func openAlone(ctx context.Context, f flags) (*store.Store, io.Closer, error) {
	var lock io.Closer = io.NopCloser(nil)
	if f.data != "" {
		var err error
		if lock, err = lockFolder(f.data); err != nil {
			return nil, nil, err
		}
	}
	s, err := openFolder(ctx, f)
	if err != nil {
		return nil, nil, errors.Join(err, lock.Close())
	}
	return s, lock, nil
}

// migrate copies everything into another store. The server must stand still: what it took in meanwhile would stay behind.
func migrate(ctx context.Context, f flags, stdout, _ io.Writer) error {
	if err := there(f); err != nil {
		return err
	}
	from, lock, err := openAlone(ctx, f)
	if err != nil {
		return err
	}
	defer lock.Close()
	defer from.Close()
	to, err := store.Open(ctx, f.to)
	if err != nil {
		return err
	}
	defer to.Close()
	counts, err := from.CopyTo(ctx, to)
	if err != nil {
		return err
	}
	tell(stdout, counts)
	fmt.Fprintln(stdout, "baazd: copied", from, "to", to)
	return nil
}

// tell prints how many rows were copied, of each table that holds any.
func tell(w io.Writer, counts store.Counts) {
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		if counts[name] > 0 {
			fmt.Fprintf(w, "%12d %s\n", counts[name], name)
		}
	}
}

func backup(ctx context.Context, f flags, stdout, _ io.Writer) error {
	s, err := openThere(ctx, f)
	if err != nil {
		return err
	}
	defer s.Close()
	if folder := filepath.Dir(f.rest[0]); !isFolder(folder) {
		return fmt.Errorf("the backup cannot be written: there is no folder %s", folder)
	}
	counts, err := s.Backup(ctx, f.rest[0])
	if err != nil {
		return err
	}
	tell(stdout, counts)
	fmt.Fprintln(stdout, "baazd: backup", f.rest[0])
	return nil
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func restore(ctx context.Context, f flags, stdout, _ io.Writer) error {
	if _, err := os.Stat(f.rest[0]); err != nil {
		return fmt.Errorf("there is no backup to restore from: %w", err)
	}
	from, err := store.OpenReadOnly(ctx, f.rest[0])
	if err != nil {
		return err
	}
	defer from.Close()
	to, lock, err := openAlone(ctx, f)
	if err != nil {
		return err
	}
	defer lock.Close()
	defer to.Close()
	counts, err := from.CopyTo(ctx, to)
	if err != nil {
		return err
	}
	tell(stdout, counts)
	fmt.Fprintln(stdout, "baazd: restored", f.rest[0])
	return nil
}

// verify recomputes everything that can be recomputed, also of a store in use.
func verify(ctx context.Context, f flags, stdout, _ io.Writer) error {
	open := store.OpenReadOnly
	if store.EngineOf(f.rest[0]) == store.PostgreSQL {
		open = store.Open
	} else if _, err := os.Stat(f.rest[0]); err != nil {
		return fmt.Errorf("there is nothing to verify: %w", err)
	}
	s, err := open(ctx, f.rest[0])
	if err != nil {
		return err
	}
	defer s.Close()
	findings := 0
	err = ingest.Verify(ctx, s, func(format string, args ...any) {
		findings++
		fmt.Fprintf(stdout, format+"\n", args...)
	})
	if err != nil {
		return err
	}
	if findings > 0 {
		return fmt.Errorf("%w: %d findings", errWrong, findings)
	}
	fmt.Fprintln(stdout, "baazd: whole:", f.rest[0])
	return nil
}

// makeKey makes a connection key, and its company and point where they are new.
func makeKey(ctx context.Context, f flags, stdout, stderr io.Writer) error {
	s, err := openFolder(ctx, f)
	if err != nil {
		return err
	}
	defer s.Close()
	in, err := ingest.New(ctx, s, time.Now)
	if err != nil {
		return err
	}
	c, p, made, err := place(ctx, s, f.company, f.point)
	if err != nil {
		return err
	}
	for _, what := range made {
		fmt.Fprintln(stderr, "baazd: made anew:", what)
	}
	random := make([]byte, wire.KeyBytes)
	rand.Read(random) // never fails: crypto/rand ends the process instead
	key := wire.NewKey(random)
	if _, err := in.AddKey(ctx, c, p, key, func(tx *store.Tx) error {
		return tx.Audit(c, who.Deed(operator, "command line", time.Now().UnixMicro(), "key.made", f.point, key.Fingerprint()))
	}); err != nil {
		return err
	}
	fmt.Fprintln(stdout, "baazd: key", key.Reveal())
	return nil
}

// place finds a company and a point by their names, or makes them; made says which: a name may have been mistyped.
func place(ctx context.Context, s *store.Store, company, point string) (c store.Company, p store.Point, made []string, err error) {
	now := time.Now().UnixMicro()
	err = s.Write(ctx, func(tx *store.Tx) (err error) {
		p, made = 0, nil
		if c, err = tx.CompanyNamed(company); errors.Is(err, store.ErrNone) {
			made = append(made, "company "+company)
			c, err = registers.AddCompany(tx, "baazd key", store.CompanyRow{Name: company, Created: now, World: store.WorldCompany})
		}
		if err != nil {
			return err
		}
		points, err := tx.Points(c)
		if err != nil {
			return err
		}
		for _, row := range points {
			if row.Name == point {
				p = row.Point
			}
		}
		if p == 0 {
			made = append(made, "sales point "+point)
			p, err = registers.AddPoint(tx, "baazd key", c, point, now)
		}
		return err
	})
	return c, p, made, err
}
