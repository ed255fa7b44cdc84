// Command baazd is BAAZ, the centre: it takes in what tills sell, durably, and adds it up.
//
//	baazd -data DIR [-listen ADDR] [-db DSN]          serve; DSN is a file or postgres://…, default DIR/baaz.db
//	      [-public URL] [-behind-proxy]               the address that people use; a proxy on this machine tells theirs
//	baazd key -data DIR [-db DSN] [-company NAME] [-point NAME]
//	                                                  make a connection key; company and point are made if they are new
//	baazd owner -data DIR [-db DSN] [-company NAME | -operator] [-public URL]
//	                                                  print a one-time link for an owner, also of BAAZ itself (operator)
//	baazd token -data DIR [-db DSN] -scope read,… [-company NAME | -operator] [-name NAME] [-days N]
//	                                                  print a token for a program; scopes: read change tills points metrics
//	baazd seed -data DIR [-db DSN] -lines N [-company NAME] [-points N] [-days N] [-goods N] [-demo] [-url URL]
//	                                                  make a company that has sold so many receipt lines
//	baazd migrate -data DIR [-db DSN] -to DSN         copy everything into an empty store, of either kind
//	baazd backup -data DIR [-db DSN] FILE             write everything into one new file, while it serves
//	baazd restore -data DIR [-db DSN] FILE            fill an empty store from a backup
//	baazd verify FILE|DSN                             recompute every chain and every sum
//
// It ends with 0 when it was stopped or all is well, 1 when something is wrong, 2 for wrong usage, 3 when the folder is
// in use.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"posbox/baaz/seed"
	"posbox/pos/fault"
)

// Exit codes.
const (
	exitOK    = 0
	exitOther = 1
	exitUsage = 2
	exitInUse = 3
)

var (
	errUsage = errors.New("wrong usage")
	errInUse = errors.New("another baazd uses the folder")
	errWrong = errors.New("not whole")
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is main without the process around it.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	command := serve
	name := "baazd"
	if len(args) > 0 && commands[args[0]] != nil {
		command, name = commands[args[0]], "baazd "+args[0]
		args = args[1:]
	}
	f, err := parse(name, args, stderr)
	if err == nil {
		err = command(ctx, f, stdout, stderr)
	}
	switch {
	case err == nil || errors.Is(err, context.Canceled):
		return exitOK
	case errors.Is(err, flag.ErrHelp):
		return exitUsage
	}
	fmt.Fprintln(stderr, "baazd:", err)
	if f := new(fault.Error); errors.As(err, &f) {
		if _, hint := f.Say("en"); hint != "" {
			fmt.Fprintln(stderr, "baazd:", hint)
		}
	}
	switch {
	case errors.Is(err, errUsage):
		return exitUsage
	case errors.Is(err, errInUse):
		return exitInUse
	}
	return exitOther
}

// defaultListen is where BAAZ listens unless told otherwise.
const defaultListen = "127.0.0.1:8070"

// commands are what baazd does besides serving.
var commands = map[string]func(context.Context, flags, io.Writer, io.Writer) error{
	"key": makeKey, "owner": makeOwner, "token": makeToken, "seed": seedCompany, "migrate": migrate, "backup": backup, "restore": restore, "verify": verify,
}

// flags are the command line.
type flags struct {
	data, listen, db, to, downloads, company, point, public, scope, name string
	proxy, operator, private                                             bool
	days                                                                 int
	plan                                                                 seed.Plan
	url                                                                  string
	rest                                                                 []string
}

func parse(name string, args []string, stderr io.Writer) (f flags, err error) {
	fs := flag.NewFlagSet(name, flag.ContinueOnError)
	fs.SetOutput(stderr)
	fs.StringVar(&f.data, "data", "", "data folder")
	fs.StringVar(&f.db, "db", "", "database: a file, or postgres://…; default baaz.db in the data folder")
	switch name {
	case "baazd":
		fs.StringVar(&f.listen, "listen", defaultListen, "where to listen")
		fs.StringVar(&f.public, "public", "", "the address that people use, where it is another one: https://baaz.example.mn")
		fs.StringVar(&f.downloads, "downloads", "", "folder with images and their manifests that people may download")
		fs.BoolVar(&f.private, "webhooks-private", false, "let messages go to addresses of private networks, and by http")
		fs.BoolVar(&f.proxy, "behind-proxy", false, "believe the X-Forwarded-For of a proxy on this machine")
	case "baazd owner":
		fs.StringVar(&f.company, "company", "", "company; it may be left out where there is only one, and is made if it is new")
		fs.BoolVar(&f.operator, "operator", false, "an owner of BAAZ itself: an operator")
		fs.StringVar(&f.public, "public", "http://"+defaultListen, "the address that people use")
	case "baazd token":
		fs.StringVar(&f.company, "company", "", "company; it may be left out where there is only one, and is made if it is new")
		fs.BoolVar(&f.operator, "operator", false, "a token of BAAZ itself")
		fs.StringVar(&f.scope, "scope", "", "what it may be used for: read, change, tills, points, metrics; several with commas")
		fs.StringVar(&f.name, "name", "baazd token", "what it is called in the list of tokens")
		fs.IntVar(&f.days, "days", 0, "how long it is good; 0: until it is ended")
	case "baazd key":
		fs.StringVar(&f.company, "company", defaultCompany, "company, made if it is new")
		fs.StringVar(&f.point, "point", "1", "sales point, made if it is new")
	case "baazd seed":
		fs.StringVar(&f.plan.Company, "company", "Жишээ дэлгүүр", "company, made if it is new")
		fs.IntVar(&f.plan.Lines, "lines", 0, "receipt lines, over all tills and days")
		fs.IntVar(&f.plan.Points, "points", 2, "sales points, each with a till")
		fs.IntVar(&f.plan.Days, "days", 30, "days that the tills have sold on, up to yesterday")
		fs.IntVar(&f.plan.Goods, "goods", 0, "made-up goods; 0: those of the sample shop")
		fs.BoolVar(&f.plan.Passwords, "demo", false, "the sellers in the register can log in, as 1 / 1111 and 9 / 9999")
		fs.StringVar(&f.url, "url", "", "of the serving BAAZ: send as boxes do, over HTTP; holds the receipts in memory")
	case "baazd migrate":
		fs.StringVar(&f.to, "to", "", "the empty store to copy into: a file, or postgres://…")
	}
	fs.Usage = func() { usage(fs) }
	if err := fs.Parse(args); err != nil {
		return f, flag.ErrHelp
	}
	f.rest = fs.Args()
	return f, f.check(name)
}

// abouts say what each command does, for whoever has nothing but -h.
var abouts = map[string]string{
	"key":     "make a connection key with which a till joins",
	"owner":   "print a one-time link by which an owner comes in",
	"token":   "print a token for a program",
	"seed":    "make a company that has sold so many receipt lines",
	"migrate": "copy everything into an empty store of either kind; the server must stand",
	"backup":  "write everything into one new file, also while it serves",
	"restore": "fill an empty store from a backup",
	"verify":  "recompute every chain and every sum of a store or a backup",
}

// usage says what a command does, its flags, and from baazd itself which commands there are.
func usage(fs *flag.FlagSet) {
	w, name := fs.Output(), fs.Name()
	short := strings.TrimPrefix(name, "baazd ")
	if name == "baazd" {
		fmt.Fprintln(w, "baazd -data DIR serves BAAZ, the centre: it takes in what tills sell and adds it up.\n\nCommands, each with -h for its own flags:")
		for _, c := range slices.Sorted(maps.Keys(commands)) {
			fmt.Fprintf(w, "  baazd %-8s %s\n", c, abouts[c])
		}
	} else {
		fmt.Fprintf(w, "%s: %s. Behind the flags: %s.\n", name, abouts[short], cmp.Or(operands[name], "nothing"))
	}
	fmt.Fprintln(w, "\nFlags:")
	fs.PrintDefaults()
}

// operands are what a command wants behind its flags; none: nothing.
var operands = map[string]string{"baazd backup": "one FILE", "baazd restore": "one FILE", "baazd verify": "one FILE or DSN"}

func (f flags) check(name string) error {
	want := operands[name]
	switch {
	case name == "baazd" && len(f.rest) > 0:
		return fmt.Errorf("%w: there is no command %q, only %s; each tells its flags with -h", errUsage, f.rest[0], strings.Join(slices.Sorted(maps.Keys(commands)), ", "))
	case want != "" && len(f.rest) != 1:
		return fmt.Errorf("%w: %s wants %s behind its flags, got %q", errUsage, name, want, f.rest)
	case want == "" && len(f.rest) > 0:
		return fmt.Errorf("%w: %s wants nothing behind its flags, got %q", errUsage, name, f.rest)
	case f.data == "" && f.db == "" && name != "baazd verify":
		return fmt.Errorf("%w: -data is needed", errUsage)
	case name == "baazd migrate" && f.to == "":
		return fmt.Errorf("%w: -to is needed", errUsage)
	case name == "baazd seed" && !f.planned():
		return fmt.Errorf("%w: -lines is 1 or more, -points 1 to 1000, -days 1 to 3660, -goods 0 to 1000000", errUsage)
	case f.operator && f.company != "":
		return fmt.Errorf("%w: -operator and -company are two different things", errUsage)
	case name == "baazd token" && (f.scope == "" || f.days < 0 || f.days > 3660):
		return fmt.Errorf("%w: -scope is needed, and -days is between 0 and 3660", errUsage)
	}
	return nil
}

// planned judges what is to be seeded.
func (f flags) planned() bool {
	p := f.plan
	return p.Lines >= 1 && p.Points >= 1 && p.Points <= 1000 && p.Days >= 1 && p.Days <= 3660 && p.Goods >= 0 && p.Goods <= 1_000_000
}

// dsn returns where the data lies.
func (f flags) dsn() string {
	if f.db != "" {
		return f.db
	}
	return filepath.Join(f.data, "baaz.db")
}

// lockFolder makes sure that only one server works on a folder. The lock goes with the process.
func lockFolder(dir string) (io.Closer, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	lock, err := os.OpenFile(filepath.Join(dir, "baazd.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		lock.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("%w %s", errInUse, dir)
		}
		return nil, err
	}
	return lock, nil
}
