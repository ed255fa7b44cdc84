package web

import (
	"embed"
	"encoding/json"
	"io/fs"
	"path"
	"strings"
	"sync"
)

//go:embed baaz/texts
var texts embed.FS

// Words are the texts of BAAZ's web app by their keys, in "mn" or "en". What people take away from its pages says things by
// the same words.
func Words(lang string) map[string]string { return words()[lang] }

var words = sync.OnceValue(func() map[string]map[string]string {
	all := map[string]map[string]string{"mn": {}, "en": {}}
	err := fs.WalkDir(texts, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := texts.ReadFile(name)
		if err != nil {
			return err
		}
		into := all[strings.TrimSuffix(path.Base(name), ".json")]
		return json.Unmarshal(b, &into)
	})
	if err != nil {
		panic(err) // the files are part of the program, and the app is built of them
	}
	return all
})
