package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"posbox/pos/paper"
	"posbox/pos/receipt"
)

// drawn is a paper of the gallery: 1-bit dots as they go to the printer.
type drawn struct {
	name string // "business_58"
	page *paper.Page
}

// runGallery draws every paper that a till prints, on both widths: what a shop shows to whoever asks what its receipts look
// like, and what we look at before a release.
func runGallery(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	fs := newFlags(cmdGallery, "posd gallery -out DIR", stderr)
	out := fs.String("out", "", "folder for the pictures")
	if err := fs.Parse(args); err != nil {
		return exitUsage
	}
	if *out == "" || fs.NArg() > 0 {
		fs.Usage()
		return exitUsage
	}
	return exitCode(stderr, writeGallery(ctx, *out, stdout))
}

func writeGallery(ctx context.Context, out string, stdout io.Writer) error {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	pictures := 0
	err := gallery(ctx, func(d drawn) error {
		pictures++
		return writePicture(filepath.Join(out, d.name+".png"), d.page)
	})
	if err == nil {
		fmt.Fprintf(stdout, "posd: %d pictures in %s\n", pictures, out)
	}
	return err
}

func writePicture(path string, p *paper.Page) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := p.PNG(f); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// gallery has shops sell on both widths and shows each paper that comes out of them.
func gallery(ctx context.Context, show func(drawn) error) error {
	for _, columns := range []int{receipt.Wide, receipt.Narrow} {
		for _, a := range acts {
			if err := playAct(ctx, a, columns, show); err != nil {
				return fmt.Errorf("%s, %d columns: %w", a.name, columns, err)
			}
		}
	}
	return nil
}

// playAct opens a shop in a folder of its own and lets it sell.
func playAct(ctx context.Context, a act, columns int, show func(drawn) error) error {
	dir, err := os.MkdirTemp("", "posd-gallery")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	s, err := openStage(ctx, dir, a, columns, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer s.leave()
	s.show = show
	s.begin()
	a.play(s)
	return s.err
}
