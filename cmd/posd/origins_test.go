package main

import (
	"encoding/json"
	"os"
	"testing"

	"posbox/central"
)

// TestOriginsAreSaid: wherever a setting may come from, the screen has a name for it in both languages.
func TestOriginsAreSaid(t *testing.T) {
	for _, lang := range []string{"mn", "en"} {
		b, err := os.ReadFile("../../web/till/texts/owner/" + lang + ".json")
		if err != nil {
			t.Fatal(err)
		}
		said := map[string]string{}
		if err := json.Unmarshal(b, &said); err != nil {
			t.Fatal(err)
		}
		for _, origin := range []string{"image", demoLayer, fileLayer, flagsLayer, central.LayerCompany, central.LayerGroup, central.LayerPoint, central.LayerBox, boxLayer} {
			if said["origin."+origin] == "" {
				t.Errorf("%s: what comes from %q has no name", lang, origin)
			}
		}
	}
}
