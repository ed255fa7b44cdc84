package receipt

import (
	"strings"
	"testing"

	"posbox/pos/event"
)

func TestTestPage(t *testing.T) {
	for _, columns := range []int{Wide, Narrow} {
		doc := Test("ESC/POS tcp://192.168.1.50:9100", Options{Columns: columns, Merchant: event.Merchant{Name: "Номин"}, Printed: "2026-11-23 14:05:09"})
		text := doc.Text()
		for _, want := range []string{"Ө", "ө", "Ү", "ү", "₮", "Номин", "1234567890", "192.168.1.50", "2026-11-23", "[QR " + testPayload + "]"} {
			if !strings.Contains(text, want) {
				t.Errorf("%d columns: %q is missing\n%s", columns, want, text)
			}
		}
		if !strings.Contains(text, ruler(columns)+"\n") || cells(ruler(columns)) != columns {
			t.Errorf("%d columns: the ruler does not fill the paper\n%s", columns, text)
		}
		for _, r := range doc.Rows {
			if r.Kind != Text {
				continue
			}
			for _, c := range r.Text {
				if !Printable(c) {
					t.Errorf("%q cannot be printed", c)
				}
			}
		}
	}
}
