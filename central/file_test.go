package central

import "testing"

func FuzzFile(f *testing.F) {
	whole, err := file{Mark: "x", Scopes: map[string]*scope{"7": {}}}.bytes()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add([]byte("posbox central 1 \n{}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := parseFile(b)
		if err != nil {
			return
		}
		viewOf(got)
		again, err := got.bytes()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parseFile(again); err != nil {
			t.Fatal("it does not come back")
		}
	})
}
