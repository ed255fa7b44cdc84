package ui_test

import (
	"slices"
	"testing"

	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/till"
	"posbox/ui"
)

// A locked till takes nothing but a log-in, tells nothing that needs a right, and keeps its basket for whoever comes.
func TestLock(t *testing.T) {
	r := newRig(t).checked()
	r.refused(fault.SellerNone, "seller.lock", nil)
	r.opened()
	if st := read[ui.State](r, "/api/state"); st.Till.LockAfter != 7 || !slices.Equal(st.Till.CountNotes, []int{20000, 1}) || st.Till.NamesReady {
		t.Errorf("%+v", st.Till)
	}
	r.shelf.ready.Store(true)
	r.do("line.scan", fields{"code": "1"})
	a := r.do("seller.lock", nil)
	if s := a.State.Seller; !a.State.Till.NamesReady || s == nil || !s.Locked || s.Code != "9" || s.Role != "owner" || !slices.Equal(s.Rights, till.Rights()) {
		t.Errorf("locked: %+v", a.State)
	}
	for _, k := range till.Kinds() {
		if k != "seller.login" && k != "seller.logout" {
			r.refused(fault.SellerLocked, k, fields{"approver": fields{"code": "9", "password": "9999"}})
		}
	}
	for _, path := range []string{"/api/sellers", "/api/customers?q=c"} {
		if a := r.get(path); a.StatusCode != 403 || a.code() != fault.SellerLocked {
			t.Errorf("%s of a locked till: %s %s", path, a.Status, a.body)
		}
	}
	for _, path := range []string{"/api/receipts", "/api/receipts/2026-11-23-1-0001", "/api/receipts/2026-11-23-1-0001.png", "/api/reports/x", "/api/reports/z/1", "/api/journal", "/api/journal/files", "/api/journal/files/1"} {
		if a := r.get(path, byCookie); a.StatusCode != 403 || a.code() != fault.SellerLocked {
			t.Errorf("%s by the screen of a locked till: %s %s", path, a.Status, a.body)
		}
		if a := r.get(path); a.code() == fault.SellerLocked {
			t.Errorf("%s by a program: %s", path, a.Status)
		}
	}
	for _, path := range []string{"/api/state", "/api/health", "/api/goods?q=1", "/api/uplink"} { // what the lock and its devices show
		if a := r.get(path, byCookie); a.StatusCode != 200 {
			t.Errorf("%s of a locked till: %s %s", path, a.Status, a.body)
		}
	}
	r.refused(fault.SellerWrong, "seller.login", fields{"code": "9", "password": "1111"})
	a = r.do("seller.login", fields{"code": "1", "password": "1111"})
	if s := a.State.Seller; s.Locked || s.Code != "1" || s.Role != "seller" || slices.Contains(s.Rights, till.RightSellers) || a.State.Basket == nil {
		t.Errorf("switched: %+v", a.State)
	}
	if a := r.get("/api/sellers"); a.StatusCode != 403 || a.code() != fault.RightMissing {
		t.Errorf("sellers without the right: %s %s", a.Status, a.body)
	}
	bill := r.do("pay", fields{"tenders": cash("100")}).Result.Bill
	if s := read[event.SaleCompleted](r, "/api/receipts/"+string(bill)); s.By != "1" || s.SellerName != sellers["1"].Name {
		t.Errorf("sold by %q, %q", s.By, s.SellerName)
	}
	r.do("seller.lock", nil)
	if a := r.do("seller.logout", nil); a.State.Seller != nil {
		t.Errorf("logged out: %+v", a.State.Seller)
	}
	r.refused(fault.SellerNone, "seller.lock", nil)
}
