package main

import (
	"os"
	"slices"
	"time"

	"posbox/config"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/till"
)

// settings are the box's settings as the till uses them.
type settings struct {
	env        till.Env // its lasting part: Now, Goods, Customers, Salt and HasBill come with each decision
	lang       string
	printer    string        // address, or noPrinter
	columns    int           // of the receipt: 48 or 32
	drawerPin  int           // of the socket: 2 or 5; 0 is 2
	notes      []int         // quick notes, ₮
	countNotes []int         // the lines of a cash count, ₮
	lockAfter  int           // minutes; 0: never
	sellers    []till.Seller // the register's
}

func (s settings) fitted() bool { return s.printer != noPrinter }

// loadSettings lays the settings file and the command line over what a box knows by itself.
func loadSettings(c flags) (settings, error) {
	layers := []config.Layer{}
	if c.config != "" {
		text, err := os.ReadFile(c.config)
		if err != nil {
			return settings{}, fault.Wrap(err, fault.ConfigBad, "path", c.config, "detail", "cannot be read")
		}
		layers = append(layers, config.Layer{Name: "box", JSON: text})
	}
	conf, _, err := config.Load(layers...)
	if err != nil {
		return settings{}, err
	}
	zone, err := time.LoadLocation(conf.Zone)
	if err != nil {
		return settings{}, fault.Wrap(err, fault.ConfigBad, "path", "zone", "detail", conf.Zone)
	}
	s := settings{lang: conf.Lang, printer: conf.Printer.Address, columns: conf.Printer.Columns, notes: conf.Notes,
		countNotes: conf.CountNotes, lockAfter: conf.LockAfter, sellers: register(conf, c.demo)}
	if conf.Printer.DrawerPin == 1 {
		s.drawerPin = 5
	}
	if c.lang != "" {
		s.lang = c.lang
	}
	if c.printer != "" {
		s.printer = c.printer
	}
	if s.printer == "" {
		s.printer = noPrinter
	}
	s.env = till.Env{Zone: zone, Roles: conf.Roles, Merchant: conf.Shop, Payer: conf.Payer, Rates: conf.Rates,
		Rules: conf.BarcodeRules, Printer: s.fitted(), DrawerOnCash: conf.DrawerOnCash, Blind: conf.BlindCount}
	s.env.Sellers, s.env.HasSellers = lookup(s.sellers), len(s.sellers) > 0
	if c.demo && s.env.Merchant.Name == "" {
		s.env.Merchant = demoShop
	}
	return s, nil
}

// register lists the sellers that the settings name, and in a demo the demo's, which outweigh them.
func register(conf config.Settings, demo bool) []till.Seller {
	var list []till.Seller
	for _, s := range conf.Sellers {
		list = append(list, till.Seller{Code: event.SellerCode(s.Code), Name: s.Name, Role: s.Role, PasswordHash: s.PasswordHash, Active: true})
	}
	if demo {
		for _, d := range demoRegister() {
			list = slices.DeleteFunc(list, func(s till.Seller) bool { return s.Code == d.Code })
			list = append(list, d)
		}
	}
	return list
}

// lookup finds sellers of a register by their codes.
func lookup(register []till.Seller) func(event.SellerCode) (till.Seller, bool) {
	known := map[event.SellerCode]till.Seller{}
	for _, s := range register {
		known[s.Code] = s
	}
	return func(c event.SellerCode) (till.Seller, bool) {
		s, ok := known[c]
		return s, ok
	}
}
