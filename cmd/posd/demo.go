package main

import (
	"errors"
	"os"
	"path/filepath"
	"sync"

	store "posbox/catalog"
	"posbox/pos/event"
	"posbox/pos/till"
	"posbox/ui"
)

// demoSellers may log in to a demo, and only there; the log-in screen shows them.
var demoSellers = []ui.DemoSeller{
	{Code: "1", Password: "1111", Name: "Сарнай", Role: "seller"},
	{Code: "9", Password: "9999", Name: "Бат-Эрдэнэ", Role: "owner"},
}

// demoRegister lists the demo's sellers. Their hashes are made at each start: the passwords are public.
var demoRegister = sync.OnceValue(func() []till.Seller {
	var list []till.Seller
	for _, d := range demoSellers {
		list = append(list, till.Seller{Code: event.SellerCode(d.Code), Name: d.Name, Role: d.Role, Active: true,
			PasswordHash: till.HashPassword(d.Password, []byte("posbox demo salt"))})
	}
	return list
})

var demoShop = event.Merchant{
	Name: "Жишээ дэлгүүр", TIN: "12345678901", Branch: "001", Till: "001",
	Address: "Улаанбаатар, Сүхбаатар дүүрэг, 1-р хороо", Phone: "7700-0000", Footer: []string{"Баярлалаа! Дахин ирээрэй."},
}

// demoFiscal is what an e-barimt of the demo says besides; the stand-in of the tax office's service takes it. A demo asks the
// real register of taxpayers nothing.
var demoFiscal = map[string]string{"lookup": "", "branch": "001", "district": "2501", "pos_no": "001"}

// stockDemo fills the shelves of a demo that has none.
func stockDemo(dir string) error {
	if _, err := os.Stat(filepath.Join(dir, "catalog.db")); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if _, err := store.Import(dir, store.Sample(), store.ImportOptions{}); err != nil {
		return err
	}
	return store.SetCustomers(dir, store.SampleCustomers())
}
