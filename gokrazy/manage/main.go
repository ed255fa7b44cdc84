// Command manage carries connections from the vm station's management network to the till, which listens on loopback
// only, and lets tests look into the guest and kill programs there. It exists on no other station. Which ports, image run
// says through QEMU's fw_cfg.
package main

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/vishvananda/netlink"

	"posbox/gokrazy/station"
)

// doNotSupervise tells gokrazy that the program has ended for good.
const doNotSupervise = 125

func main() {
	ports, err := wanted()
	if errors.Is(err, os.ErrNotExist) {
		os.Exit(doNotSupervise) // started without -fwd
	}
	if err == nil {
		err = serve(ports)
	}
	log.Fatal(err)
}

// wanted reads the ports that the host forwards.
func wanted() ([]int, error) {
	b, err := os.ReadFile("/sys/firmware/qemu_fw_cfg/by_name/" + station.ForwardPorts + "/raw")
	if err != nil {
		return nil, err
	}
	return parsePorts(string(b))
}

// parsePorts reads "8080,8091".
func parsePorts(s string) (ports []int, err error) {
	for _, word := range strings.Split(strings.TrimRight(s, "\x00\n"), ",") {
		n, err := strconv.Atoi(word)
		if err != nil || n < 1 || n > 65535 {
			return nil, fmt.Errorf("manage: %q is no port", word)
		}
		ports = append(ports, n)
	}
	return ports, nil
}

// serve sets the card's address and forwards until something breaks.
func serve(ports []int) error {
	ip, err := configure()
	if err != nil {
		return err
	}
	failed := make(chan error)
	for _, port := range ports {
		l, err := net.Listen("tcp", net.JoinHostPort(ip, strconv.Itoa(port)))
		if err != nil {
			return err
		}
		if port == station.LookPort {
			go func() { failed <- http.Serve(l, inside()) }()
			continue
		}
		go func() { failed <- forward(l, net.JoinHostPort("127.0.0.1", strconv.Itoa(port))) }()
	}
	return <-failed
}

// looks are the files that a test may read: which sockets are open, what is mounted, what the box tells of itself, and the
// screen's token, by which it can ask the till for the rest; and what the stand-in of PosAPI keeps. Besides QEMU's user network nobody reaches this card.
var looks = []string{"/proc/net/tcp", "/proc/net/tcp6", "/proc/net/udp", "/proc/net/udp6", "/proc/net/raw", "/proc/mounts", "/perm/machine-id",
	"/run/posbox/perm.json", "/run/posbox/network.json", "/run/posbox/clock.json", "/run/posbox/slot.json", "/run/posbox/kiosk.json",
	"/run/posbox/kiosk.token", "/perm/posbox/kiosk.token", "/perm/posapi/files/opt/posapi/kept"}

// inside answers whoever looks into the guest, or takes a program away.
func inside() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/", look)
	mux.HandleFunc("GET /memory", memory)
	mux.HandleFunc("GET /rights", rights)
	mux.HandleFunc("POST /kill/", kill)
	return mux
}

// look answers with one of them.
func look(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet || !slices.Contains(looks, r.URL.Path) {
		http.NotFound(w, r)
		return
	}
	b, err := os.ReadFile(r.URL.Path) // ServeFile would ask /proc for sizes
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	w.Write(b)
}

// configure finds the management card by its hardware address and gives it its address.
func configure() (ip string, err error) {
	addr, err := netlink.ParseAddr(station.ManagementAddress)
	if err != nil {
		return "", err
	}
	for range 100 {
		links, err := netlink.LinkList()
		if err != nil {
			return "", err
		}
		for _, l := range links {
			if l.Attrs().HardwareAddr.String() != station.ManagementMAC {
				continue
			}
			err := netlink.AddrReplace(l, addr)
			return addr.IP.String(), errors.Join(err, netlink.LinkSetUp(l))
		}
		time.Sleep(100 * time.Millisecond)
	}
	return "", fmt.Errorf("manage: there is no network card %s", station.ManagementMAC)
}

// forward carries each connection to an address.
func forward(l net.Listener, to string) error {
	for {
		c, err := l.Accept()
		if err != nil {
			return err
		}
		go carry(c, to)
	}
}

func carry(c net.Conn, to string) {
	defer c.Close()
	d, err := net.DialTimeout("tcp", to, 5*time.Second)
	if err != nil {
		return
	}
	defer d.Close()
	go func() {
		io.Copy(d, c)
		d.(*net.TCPConn).CloseWrite()
	}()
	io.Copy(c, d)
}
