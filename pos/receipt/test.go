package receipt

import "strings"

// testPayload is what the QR code of a test page says.
const testPayload = "posbox 0123456789 ӨӨҮҮ"

// Test lays out a test page: who prints, every letter that Mongolian needs beyond Russian's, a ruler over the whole
// width, the three sizes of text and a QR code. What is missing from the paper is what the printer cannot do.
func Test(printer string, o Options) Doc {
	g := newGrid(o)
	g.space()
	g.centre(wordTest, double)
	g.owner(o.Merchant)
	g.rule()
	g.left(clean(printer), plain)
	g.fact(wordPrinted, wallTime(o.Printed))
	g.rule()
	g.centre("Ө ө Ү ү ₮ Ё ё № « »", double)
	g.centre("АБВГДЕЁЖЗИЙКЛМНОӨПРСТУҮФХЦЧШЩЪЫЬЭЮЯ", plain)
	g.centre("абвгдеёжзийклмноөпрстуүфхцчшщъыьэюя", bold)
	g.centre("0123456789 ABCDEFGHIJKLMNOPQRSTUVWXYZ", plain)
	g.put(ruler(g.columns), plain)
	g.rows = append(g.rows, QR(testPayload, 0))
	g.centre(wordTestEnd, plain)
	g.space()
	return g.doc()
}

// ruler counts the columns: "1234567890" again and again.
func ruler(columns int) string { return strings.Repeat("1234567890", columns/10+1)[:columns] }
