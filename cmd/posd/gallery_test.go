package main

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/oned"
	"github.com/makiuchi-d/gozxing/qrcode"

	"posbox/pos/barcode"
)

// withQR are the papers of the gallery that carry a QR code, and so an e-barimt; withCode those under whose code the sale is
// found when goods come back. All others must carry neither: a copy with a QR code would be a second receipt.
var (
	withQR = strings.Fields(`sale city_tax mixed_taxes weighed discounts customer split long_names many_lines business business_by_tin consumer no_lottery late_slip
		sale_before_return corrected sale_before_exchange exchange_sale sale_without_vat sale_before_x rounded rounded_corrected demo`)
	withCode = strings.Fields(`sale city_tax mixed_taxes weighed discounts customer split long_names many_lines business business_by_tin business_provisional consumer copy no_lottery provisional
		sale_before_return corrected copy_after_return corrected_elsewhere sale_before_exchange exchange_sale sale_without_vat sale_without_ebarimt sale_before_x rounded rounded_corrected demo`)
	withNeither = strings.Fields(`continuation return_part return_rest return_without_receipt return_elsewhere exchange_return cash_out cash_in x x_blind z rounded_return rounded_x`)
)

// TestGallery: the command writes pictures, the same each time, and another program's decoders read QR code and bars off every
// one, dot for dot as it goes to the printer, and find none where there must be none.
func TestGallery(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "gallery")
	var out bytes.Buffer
	if code := run(context.Background(), []string{cmdGallery, "-out", dir}, &out, &out); code != exitOK {
		t.Fatalf("%d: %s", code, out.String())
	}
	qr, code, seen := set(withQR), set(withCode), map[string]int{}
	err := gallery(context.Background(), func(d drawn) error {
		file, err := os.ReadFile(filepath.Join(dir, d.name+".png"))
		if err != nil {
			return err
		}
		var again bytes.Buffer
		if err := d.page.PNG(&again); err != nil || !bytes.Equal(file, again.Bytes()) {
			t.Errorf("%s is another picture the second time, %v", d.name, err)
		}
		name := d.name[:strings.LastIndex(d.name, "_")]
		if seen[name]++; name == testPage { // its QR code is not an e-barimt's
			return nil
		}
		img, err := png.Decode(bytes.NewReader(file))
		if err != nil {
			return err
		}
		reads(t, d.name, img, qr[name], code[name])
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	named := set(withQR, withCode, withNeither, []string{testPage})
	for name := range named {
		if seen[name] != 2 {
			t.Errorf("%s was drawn %d times, want once on each width", name, seen[name])
		}
	}
	for name := range seen {
		if !named[name] {
			t.Errorf("no list says what %s carries", name)
		}
	}
	for _, args := range [][]string{{cmdGallery}, {cmdGallery, "-out", "x", "y"}} {
		if code := run(context.Background(), args, &out, &out); code != exitUsage {
			t.Errorf("%v: %d", args, code)
		}
	}
}

const testPage = "test_page"

// reads holds what is read off a picture against what it must carry.
func reads(t *testing.T, name string, img image.Image, qr, code bool) {
	t.Helper()
	bmp, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	got, err := qrcode.NewQRCodeReader().Decode(bmp, nil)
	if has := err == nil; has != qr {
		t.Errorf("%s: QR code %v, %v", name, has, err)
	} else if has && (len(got.GetText()) != 195 || !strings.HasSuffix(got.GetText(), strings.Repeat("0123456789", 19))) {
		t.Errorf("%s: the QR code says %s", name, got.GetText())
	}
	bars, err := oned.NewCode128Reader().Decode(bmp, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	if has := err == nil; has != code {
		t.Errorf("%s: bars %v, %v, %v", name, has, bars, err)
	} else if has {
		if _, ok := barcode.ParseBill(bars.GetText()); !ok {
			t.Errorf("%s: the bars say %s", name, bars.GetText())
		}
	}
}

func set(lists ...[]string) map[string]bool {
	all := map[string]bool{}
	for _, l := range lists {
		for _, name := range l {
			all[name] = true
		}
	}
	return all
}
