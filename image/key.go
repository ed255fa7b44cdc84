package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"posbox/release"
)

// runKey makes a pair of release keys: FILE, which signs, and FILE.pub, which boxes get.
func runKey(_ context.Context, args []string, stdout, stderr io.Writer) error {
	fs := flag.NewFlagSet("image key", flag.ContinueOnError)
	out := fs.String("out", "", "file for the secret key; the public one is written beside it as FILE.pub")
	if err := parse(fs, args, 0, stderr); err != nil {
		return err
	}
	if *out == "" {
		return fmt.Errorf("%w (key needs -out)", errUsage)
	}
	public, secret, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	// An old key is never written over: boxes out there believe it.
	if err := writeNew(*out, 0o600, release.FormatSecret(secret)); err != nil {
		return err
	}
	if err := writeNew(*out+".pub", 0o644, release.FormatPublic(public)); err != nil {
		return errors.Join(err, os.Remove(*out))
	}
	fmt.Fprintf(stdout, "image: key %s: %s signs, %s.pub goes into images\n", release.IDOf(public), *out, *out)
	return nil
}

// writeNew writes a file that must not be there yet.
func writeNew(path string, mode os.FileMode, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}
