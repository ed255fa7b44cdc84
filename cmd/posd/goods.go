package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	store "posbox/catalog"
	"posbox/central"
	"posbox/pos/fault"
)

func runImport(args []string, stdout, stderr io.Writer) int {
	fs := newFlags("posd import", "posd import -data DIR [-dry-run] FILE", stderr)
	data := fs.String("data", "", "folder of the till")
	dry := fs.Bool("dry-run", false, "only say what the file would change")
	if err := fs.Parse(args); err != nil {
		return exitUsage
	}
	if *data == "" || fs.NArg() != 1 {
		fs.Usage()
		return exitUsage
	}
	if central.Taken(*data) {
		return exitCode(stderr, fault.New(fault.GoodsCentral))
	}
	f, err := os.Open(fs.Arg(0))
	if err != nil {
		return exitCode(stderr, err)
	}
	defer f.Close()
	shown := time.Now()
	sum, err := store.Import(*data, f, store.ImportOptions{DryRun: *dry, Name: filepath.Base(f.Name()), Progress: func(done, total int64) {
		if time.Since(shown) >= time.Second && total > 0 {
			shown = time.Now()
			fmt.Fprintf(stderr, "posd: %d %% read\n", 100*done/total)
		}
	}})
	if err != nil {
		for _, p := range sum.Problems[min(1, len(sum.Problems)):] {
			text, _ := p.Say("en")
			fmt.Fprintln(stderr, "posd:", text)
		}
		if more := sum.Bad - len(sum.Problems); more > 0 {
			fmt.Fprintf(stderr, "posd: and %d more\n", more)
		}
		return exitCode(stderr, err)
	}
	did := "goods added"
	if *dry {
		did = "goods would be added"
	}
	fmt.Fprintf(stdout, "posd: %d rows: %d %s, %d changed, %d unchanged\n", sum.Rows, sum.Added, did, sum.Changed, sum.Unchanged)
	for _, title := range sum.Ignored {
		fmt.Fprintf(stdout, "posd: column %s means nothing to posbox\n", title)
	}
	return exitOK
}

func runGenerate(args []string, stdout, stderr io.Writer) int {
	fs := newFlags("posd generate", "posd generate -goods N -out FILE", stderr)
	goods := fs.Int("goods", 1000, "how many goods, 1 to 1000000")
	out := fs.String("out", "", "CSV file to write; - for standard output")
	if err := fs.Parse(args); err != nil {
		return exitUsage
	}
	if *goods < 1 || *goods > 1_000_000 || *out == "" || fs.NArg() > 0 {
		fs.Usage()
		return exitUsage
	}
	return exitCode(stderr, generate(*out, *goods, stdout))
}

func generate(path string, goods int, stdout io.Writer) error {
	if path == "-" {
		return store.Generate(stdout, goods)
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	if err := store.Generate(w, goods); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "posd: %d goods written to %s\n", goods, path)
	return nil
}
