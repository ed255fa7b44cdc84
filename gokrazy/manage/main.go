// Command manage carries connections from the vm station's management network to the till, which listens on loopback
// only. It exists on no other station. Which ports, image run says through QEMU's fw_cfg.
package main

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"os"
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
		go func() { failed <- forward(l, net.JoinHostPort("127.0.0.1", strconv.Itoa(port))) }()
	}
	return <-failed
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
