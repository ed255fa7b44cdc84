// Command vendor stands in for the vendor's program in tests: it serves, and tells what it can reach where it is. With -card it is a
// machine of the shop's network instead.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/vishvananda/netlink"
)

func main() {
	listen := flag.String("listen", ":7080", "address")
	card := flag.String("card", "", "card to set up")
	ip := flag.String("ip", "", "its address")
	via := flag.String("via", "", "gateway")
	flag.Parse()
	if *card != "" {
		if err := setUp(*card, *ip, *via); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	http.HandleFunc("/rest/info", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "seen ", r.RemoteAddr) })
	http.HandleFunc("/try", func(w http.ResponseWriter, r *http.Request) {
		c := http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
		resp, err := c.Get("http://" + r.URL.Query().Get("at") + "/rest/info")
		if err != nil {
			fmt.Fprint(w, "no: ", err)
			return
		}
		defer resp.Body.Close()
		io.Copy(w, resp.Body)
	})
	http.HandleFunc("/write", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, os.WriteFile(r.URL.Query().Get("at"), []byte("x"), 0o600))
	})
	http.HandleFunc("/who", func(w http.ResponseWriter, r *http.Request) {
		resolv, _ := os.ReadFile("/etc/resolv.conf")
		here, _ := os.Getwd()
		disks, _ := os.ReadDir("/dev")
		fmt.Fprintf(w, "uid %d pid %d in %s home %s names %q devices %d", os.Getuid(), os.Getpid(), here, os.Getenv("HOME"), resolv, len(disks))
	})
	http.HandleFunc("/end", func(http.ResponseWriter, *http.Request) { os.Exit(3) })
	fmt.Fprintln(os.Stderr, http.ListenAndServe(*listen, nil))
	os.Exit(1)
}

// setUp waits for a card and gives it an address.
func setUp(name, ip, via string) error {
	ctx, end := context.WithTimeout(context.Background(), 5*time.Second)
	defer end()
	for ctx.Err() == nil {
		link, err := netlink.LinkByName(name)
		if err != nil {
			time.Sleep(20 * time.Millisecond)
			continue
		}
		a, err := netlink.ParseAddr(ip)
		if err != nil {
			return err
		}
		if err := netlink.AddrAdd(link, a); err != nil {
			return err
		}
		if err := netlink.LinkSetUp(link); err != nil {
			return err
		}
		return netlink.RouteAdd(&netlink.Route{Gw: net.ParseIP(via)})
	}
	return ctx.Err()
}
