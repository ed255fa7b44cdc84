package receipt_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"posbox/pos/paper"
	"posbox/pos/receipt"
)

var (
	update  = flag.Bool("update", false, "write testdata anew from what the code says now")
	gallery = flag.String("gallery", "", "folder into which TestGallery draws every canned receipt as PNG")
)

func TestGolden(t *testing.T) {
	each(t, func(t *testing.T, name string, d receipt.Doc) {
		path := filepath.Join("testdata", name+".txt")
		got := d.Text()
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s differs; got:\n%s", path, got)
		}
	})
}

// TestGallery draws what the goldens say, to be looked at: go test ./pos/receipt -run TestGallery -gallery DIR.
func TestGallery(t *testing.T) {
	if *gallery == "" {
		*gallery = t.TempDir() // nobody looks, but it can be drawn
	}
	each(t, func(t *testing.T, name string, d receipt.Doc) {
		f, err := os.Create(filepath.Join(*gallery, name+".png"))
		if err != nil {
			t.Fatal(err)
		}
		if err := paper.Draw(d).PNG(f); err != nil {
			t.Error(err)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
}
