package main

import (
	"posbox/pos/catalog"
	"posbox/pos/event"
	"posbox/pos/till"
	"posbox/ui"
	"posbox/wire"
)

// Kinds of tabs in BAAZ's register: a page of goods, or a room or table.
const (
	tabOfGoods = "goods"
	tabOfPlace = "place"
)

// maxPlaces is how many places can have a basket of their own.
const maxPlaces = 99

// look adds what BAAZ says of the screen: pages of goods, places, ways to pay.
func (m *master) look(l *ui.Look) {
	if m == nil || m.Keeper == nil {
		return
	}
	v := m.View()
	for _, t := range v.Tabs {
		switch t.Kind {
		case tabOfGoods:
			p := ui.GoodsPage{Code: t.Code, Name: t.Name}
			for _, code := range t.Goods {
				p.Goods = append(p.Goods, catalog.Code(code))
			}
			l.Pages = append(l.Pages, p)
		case tabOfPlace:
			if n := len(l.Places) + 1; n <= maxPlaces {
				l.Places = append(l.Places, ui.Place{Tab: n, Name: t.Name})
			}
		}
	}
	for _, t := range m.tenders() {
		l.Tenders = append(l.Tenders, ui.TenderChoice{Kind: t.Kind, Name: t.Name})
	}
}

// tenders are the ways to pay that the shop takes: in BAAZ's order and with its names, then those of which it says
// nothing. Cash is always taken. None: BAAZ says nothing at all.
func (m *master) tenders() []till.Tender {
	if m == nil || m.Keeper == nil {
		return nil
	}
	return tendersOf(m.View().Tenders)
}

func tendersOf(rows []wire.Tender) (list []till.Tender) {
	if len(rows) == 0 {
		return nil
	}
	said := map[event.TenderKind]bool{}
	for _, t := range rows {
		said[t.Code] = true
		if t.Active || t.Code == event.Cash {
			list = append(list, till.Tender{Kind: t.Code, Name: t.Name})
		}
	}
	for _, k := range event.TenderKinds {
		if !said[k] {
			list = append(list, till.Tender{Kind: k})
		}
	}
	return list
}
