package web_test

import (
	"crypto/ed25519"
	"fmt"
	"image"
	"image/color"
	"regexp"
	"strconv"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"posbox/baaz/store/storetest"
	"posbox/baaz/web"
	"posbox/pos/fault"
	"posbox/uplink/uplinktest"
	"posbox/wire"
)

// A key's three forms are one key; a point tells that one waits until it has been used or ended.
func TestKeyIsHandedOver(t *testing.T) {
	storetest.Each(t, func(t *testing.T, dsn string) {
		c := newCentre(t, dsn)
		owner, me := c.owner()
		home := companyPath(me.Home)
		var p web.PointView
		owner.must("POST", home+"/points", web.PointBody{Name: "Төв салбар"}, &p)
		keys := fmt.Sprintf("%s/points/%d/keys", home, p.Point)
		waiting := func(want int64) {
			t.Helper()
			var a web.PointsAnswer
			owner.must("GET", home+"/points", nil, &a)
			if k := a.Points[0].Key; (k == nil) != (want == 0) || k != nil && (k.Count != want || k.Expires.IsZero()) {
				t.Errorf("%+v wait, want %d", k, want)
			}
		}
		waiting(0)
		var old, k web.KeyMade
		owner.must("POST", keys, nil, &old)
		waiting(1)
		owner.must("DELETE", keys, nil, nil)
		waiting(0)
		if status, code := owner.ask("POST", "/v1/join", wire.NewJoin(parseKey(t, old.Key), uplinktest.NewBox(1).Key, "test"), nil); status == 200 || code != fault.KeyExpired {
			t.Errorf("an ended key: %d %s", status, code)
		}
		owner.must("POST", keys, nil, &k)
		file, err := wire.ParseKeyFile([]byte(k.Text))
		if err != nil || file.Key.Reveal() != k.Key || file.BAAZ != c.url || k.BAAZ != c.url || k.File != wire.KeyFileName {
			t.Errorf("the stick's file says %q for %s: %v", k.Text, c.url, err)
		}
		if read := readCode(t, k.QR); read != k.Key {
			t.Errorf("the code says %q, the key is %q", read, k.Key)
		}
		owner.must("POST", "/v1/join", wire.NewJoin(file.Key, uplinktest.NewBox(1).Key, "test"), nil)
		waiting(0)
		if status, code := owner.ask("DELETE", home+"/points/77/keys", nil, nil); status != 404 || code != fault.PointUnknown {
			t.Errorf("keys of no point: %d %s", status, code)
		}
	})
}

func parseKey(t *testing.T, text string) wire.Key {
	t.Helper()
	k, err := wire.ParseKey(text)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

var run = regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-(\d+)z`)

// readCode draws a code as a browser would and reads it with a decoder that is not ours.
func readCode(t *testing.T, c web.Code) string {
	t.Helper()
	const dot, quiet = 4, 4
	side := (c.Size + 2*quiet) * dot
	img := image.NewGray(image.Rect(0, 0, side, side))
	for i := range img.Pix {
		img.Pix[i] = 0xff
	}
	for _, m := range run.FindAllStringSubmatch(c.Path, -1) {
		var n [3]int
		for i := range n {
			n[i], _ = strconv.Atoi(m[1+i])
		}
		for y := (n[1] + quiet) * dot; y < (n[1]+quiet+1)*dot; y++ {
			for x := (n[0] + quiet) * dot; x < (n[0]+quiet+n[2])*dot; x++ {
				img.SetGray(x, y, color.Gray{})
			}
		}
	}
	bits, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	read, err := qrcode.NewQRCodeReader().Decode(bits, nil)
	if err != nil {
		t.Fatal(err)
	}
	return read.GetText()
}

func publicOf(key ed25519.PrivateKey) ed25519.PublicKey { return key.Public().(ed25519.PublicKey) }
