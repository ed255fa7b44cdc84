package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"posbox/gokrazy/gpt"
	"posbox/gokrazy/station"
	"posbox/image/tree"
)

// standinService is the stand-in's program, compiled once for all tests.
var standinService = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "posbox-standin-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	out := filepath.Join(dir, "PosService")
	if err := compileOne(context.Background(), "..", "posbox/drivers/fiscal/posapi/standin", out, "amd64", 0); err != nil {
		return nil, err
	}
	return os.ReadFile(out)
})

// standinDeb makes a package as a vendor might, whose program is our stand-in of PosAPI. change says what is done to its files
// before it is closed.
func standinDeb(t *testing.T, arch string, change func(dir string)) string {
	t.Helper()
	if _, err := exec.LookPath("dpkg-deb"); err != nil {
		t.Skip("needs dpkg-deb")
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"DEBIAN/control":                     "Package: posapi\nVersion: 3.2.48\nArchitecture: " + arch + "\nMaintainer: nobody <x@y.z>\nDescription: stand-in\n",
		"DEBIAN/postinst":                    "#!/bin/sh\nfalse\n",
		"opt/posapi/posapi.ini":              "webServicePort=7080\n",
		"lib/systemd/system/posapi.service":  "[Service]\nExecStart=-/opt/posapi/PosService --run\n",
		"usr/share/doc/posapi/changelog.txt": "x\n",
	} {
		must(t, os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755), os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755))
	}
	must(t, os.Chmod(filepath.Join(dir, "opt/posapi/posapi.ini"), 0o644))
	service, err := standinService()
	must(t, err, os.WriteFile(filepath.Join(dir, "opt/posapi/PosService"), service, 0o755))
	if change != nil {
		change(dir)
	}
	deb := filepath.Join(t.TempDir(), "posapi.deb")
	if said, err := exec.Command("dpkg-deb", "--root-owner-group", "-Znone", "--build", dir, deb).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	return deb
}

// withPosAPI puts a package into an image without Debian.
func withPosAPI(t *testing.T, o posapiOptions) (content, error) {
	t.Helper()
	s, err := vm(t).WithPosAPI()
	must(t, err)
	c := toyContentOf(t, s)
	must(t, c.ui.AddDir("/usr/lib", 0o755), c.ui.AddLink("/lib", "usr/lib"))
	spool, err := os.CreateTemp(t.TempDir(), "")
	must(t, err)
	t.Cleanup(func() { spool.Close() })
	u := &tree.Unpacker{Tree: c.ui, Keep: func(string) bool { return false }, Spool: spool}
	p, err := openPosAPI(context.Background(), o, u)
	if err != nil {
		return c, err
	}
	if u.Tree != c.ui || u.Keep == nil {
		t.Error("the unpacker does not go on as it was")
	}
	return c, p.addTo(c.ui, c.root)
}

// TestPosAPI: the vendor's package is in the userland with its own user, nothing of its scripts ran, its program is found, and
// inspect says so.
func TestPosAPI(t *testing.T) {
	c, err := withPosAPI(t, posapiOptions{deb: standinDeb(t, "amd64", nil)})
	must(t, err)
	text, err := bytesOf(c.root, station.PosAPIFile)
	must(t, err)
	v, err := station.ParseVendor(text)
	if err != nil || v.Package != "posapi 3.2.48" || v.Program != "/opt/posapi/PosService" || len(v.SHA256) != 64 {
		t.Errorf("%+v, %v", v, err)
	}
	for _, p := range []string{"/opt/posapi", "/opt/posapi/PosService", "/opt/posapi/posapi.ini", "/usr/lib/systemd/system/posapi.service", "/var/lib/posapi"} {
		if n, err := c.ui.Lookup(p); err != nil || n.UID != station.PosAPIUser {
			t.Errorf("%s: %+v, %v", p, n, err)
		}
	}
	if n, err := c.ui.Lookup("/usr/lib"); err != nil || n.UID != 0 {
		t.Errorf("a folder of Debian's has another owner: %+v", n)
	}
	trees := map[string]*tree.Tree{gpt.RootA: c.root, gpt.UIA: c.ui}
	if says, none, err := posapiCheck(trees); none || err != nil || !strings.HasPrefix(says, "posapi 3.2.48, started as /opt/posapi/PosService") {
		t.Errorf("%q, %v, %v", says, none, err)
	}
	said, err := bytesOf(c.root, station.File)
	must(t, err)
	s, err := station.Parse(said)
	must(t, err)
	i := slices.IndexFunc(s.Programs, func(p station.Program) bool { return p.Name == "posd" })
	if args := strings.Join(s.Programs[i].Args, " "); !s.Has("posapi") || !strings.HasSuffix(args, "-posapi http://198.18.77.2:7080") {
		t.Errorf("posd is told %s", args)
	}
	c.ui.Remove("/opt/posapi/PosService")
	if _, _, err := posapiCheck(trees); err == nil {
		t.Error("an image without its program is whole")
	}
	c.root.Remove(station.PosAPIFile)
	if _, _, err := posapiCheck(trees); err == nil {
		t.Error("an image with a supervisor of nothing is whole")
	}
}

// TestNoPosAPI: without the package nothing of it is there, and a Raspberry Pi takes none.
func TestNoPosAPI(t *testing.T) {
	c := toyContent(t)
	if _, none, err := posapiCheck(map[string]*tree.Tree{gpt.RootA: c.root, gpt.UIA: c.ui}); !none || err != nil {
		t.Errorf("%v, %v", none, err)
	}
	for _, where := range []*tree.Tree{c.root, c.ui} {
		must(t, where.Walk(func(p string, n *tree.Node) error {
			if strings.Contains(strings.ToLower(p), "posapi") || n.UID == station.PosAPIUser {
				t.Errorf("%s is on a box without PosAPI", p)
			}
			return nil
		}))
	}
	said, err := bytesOf(c.root, station.File)
	must(t, err)
	if strings.Contains(string(said), "posapi") {
		t.Errorf("%s", said)
	}
	pi, err := station.Named("pi")
	must(t, err)
	if _, err := pi.WithPosAPI(); err == nil || !strings.Contains(err.Error(), "fiscal.posapi") {
		t.Errorf("%v", err)
	}
	if err := (posapiOptions{run: "/x"}).check(); err == nil {
		t.Error("a program of no package was taken")
	}
}

// TestPosAPIRefused: what cannot run on a box stops the build, with the reason.
func TestPosAPIRefused(t *testing.T) {
	write := func(name, text string, mode os.FileMode) func(string) {
		return func(dir string) {
			at := filepath.Join(dir, name)
			must(t, os.MkdirAll(filepath.Dir(at), 0o755), os.WriteFile(at, []byte(text), mode), os.Chmod(at, mode))
		}
	}
	all := func(changes ...func(string)) func(string) {
		return func(dir string) {
			for _, c := range changes {
				c(dir)
			}
		}
	}
	noService := func(dir string) { must(t, os.RemoveAll(filepath.Join(dir, "lib"))) }
	second := func(dir string) {
		b, err := os.ReadFile(filepath.Join(dir, "opt/posapi/PosService"))
		must(t, err, os.WriteFile(filepath.Join(dir, "opt/posapi/Helper"), b, 0o755))
	}
	for _, c := range []struct {
		name, arch, run string
		change          func(string)
		want            string // "": it is taken
	}{
		{"no service, one program", "amd64", "", noService, ""},
		{"no service, two programs", "amd64", "", all(noService, second), "-posapi-run"},
		{"two programs, one told", "amd64", "/opt/posapi/Helper", second, ""},
		{"a program that is not there", "amd64", "/opt/posapi/Nothing", nil, "there is no"},
		{"another processor", "arm64", "", nil, "amd64 is needed"},
		{"a script", "amd64", "", write("lib/systemd/system/posapi.service", "ExecStart=/opt/posapi/run.sh\n", 0o644), "there is no"},
		{"a script that is there", "amd64", "", all(write("lib/systemd/system/posapi.service", "ExecStart=/opt/posapi/run.sh\n", 0o644), write("opt/posapi/run.sh", "#!/bin/sh\n", 0o755)), "needs a shell"},
		{"rights of root", "amd64", "", write("opt/posapi/x", "x", 0o755|os.ModeSetuid), "another user"},
		{"a file of Debian's", "amd64", "", write("etc/ssl/certs/ca-certificates.crt", "x", 0o644), "part of Debian"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := withPosAPI(t, posapiOptions{deb: standinDeb(t, c.arch, c.change), run: c.run})
			if c.want == "" && err != nil || c.want != "" && !strings.Contains(fmt.Sprint(err), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
	junk := filepath.Join(t.TempDir(), "x.deb")
	must(t, os.WriteFile(junk, []byte("!<arch>\njunk"), 0o644))
	if _, err := withPosAPI(t, posapiOptions{deb: junk}); err == nil || !strings.Contains(err.Error(), "no Debian package") {
		t.Errorf("%v", err)
	}
}

// TestPosAPIInTheBox starts a box that was built with a vendor's package: the till speaks with PosAPI in its own network, nobody else
// does, neither from the box nor from outside, and what it writes is kept on /perm, not in the userland.
func TestPosAPIInTheBox(t *testing.T) {
	inTurn(t, 40)
	b := newSmallBox(t)
	deb := standinDeb(t, "amd64", func(dir string) {
		must(t, compileOne(t.Context(), "..", "posbox/drivers/fiscal/posapi/standin/posservice", filepath.Join(dir, "opt/posapi/PosService"), "amd64", 0))
	})
	_, c, err := b.content(smallVersion{n: 1, kiosk: painted, posapi: deb})
	must(t, err)
	image := filepath.Join(t.TempDir(), "posapi.img")
	must(t, writeDisk(c, image, io.Discard))
	g := start(t, runOptions{image: image, disk: "virtio", lan: true, direct: filepath.Join(t.TempDir(), "boot"), bare: true, processors: smallProcessors})
	till := g.till()
	till.until("the till knows how many lottery numbers PosAPI has", func() bool {
		var state struct {
			Fiscal struct {
				On   bool
				Left *int
			}
		}
		till.call(http.MethodGet, "/api/state", nil, &state)
		return state.Fiscal.On && state.Fiscal.Left != nil && *state.Fiscal.Left > 0
	})
	g.wait("standin: root reaches " + posapiService + ", user 1000 does not: ")
	nothingListens(t, g)
	if text := g.look("/perm/posapi/files/opt/posapi/kept"); text != "of PosAPI\n" {
		t.Errorf("PosAPI has kept %q", text)
	}
}

func FuzzStarted(f *testing.F) {
	f.Add([]byte("[Service]\nExecStart=-/opt/posapi/PosService --run\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if got := started(b); strings.ContainsAny(got, " \n\t") {
			t.Errorf("%q", got)
		}
	})
}
