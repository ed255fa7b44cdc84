package ui

import (
	"net/http"
	"slices"

	"posbox/pos/catalog"
	"posbox/pos/event"
	"posbox/pos/fault"
	"posbox/pos/till"
)

// GoodsPage is a page of goods that BAAZ keeps, to be chosen by touch.
type GoodsPage struct {
	Code, Name string
	Goods      []catalog.Code
}

// PageInfo names a page of goods.
type PageInfo struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// Place is what the tab of a basket is called: a table, say.
type Place struct {
	Tab  int    `json:"tab"`
	Name string `json:"name"`
}

// TenderChoice is a way to pay besides cash.
type TenderChoice struct {
	Kind event.TenderKind `json:"kind"`
	Name string           `json:"name"` // the shop's own; empty: as the kind is called
}

func pageInfos(pages []GoodsPage) []PageInfo {
	list := []PageInfo{}
	for _, p := range pages {
		list = append(list, PageInfo{p.Code, p.Name})
	}
	return list
}

// tenderChoices are the shop's ways to pay without cash; where it says nothing, all there are.
func tenderChoices(own []TenderChoice) []TenderChoice {
	list := []TenderChoice{}
	if len(own) == 0 {
		for _, k := range event.TenderKinds {
			own = append(own, TenderChoice{Kind: k})
		}
	}
	for _, t := range own {
		if t.Kind != event.Cash {
			list = append(list, t)
		}
	}
	return list
}

// goodsPage lists the goods of a page as they are sold now. What is not sold any more is left out.
func (s *Server) goodsPage(w http.ResponseWriter, r *http.Request) error {
	pages := s.o.Look().Pages
	i := slices.IndexFunc(pages, func(p GoodsPage) bool { return p.Code == r.PathValue("page") })
	if i < 0 {
		return fault.New(fault.NotFound)
	}
	env := s.sellingEnv()
	out := GoodsAnswer{Goods: []GoodInfo{}, Count: s.o.Goods.Count()}
	for _, code := range pages[i].Goods {
		g, ok, err := env.Goods.ByCode(code)
		if err != nil {
			return err
		}
		if ok && g.Active {
			out.Goods = append(out.Goods, goodInfo(g, env))
		}
	}
	return writeJSON(w, http.StatusOK, out)
}

// goodInfo shows a good as a scan would take it now.
func goodInfo(g catalog.Good, env till.Env) GoodInfo {
	price, _ := till.UnitPrice(g, env)
	info := GoodInfo{g.Code, g.Name, g.Barcodes, g.Category, g.Unit, price, g.Weighed, g.Active, g.ClassCode == "" && g.Active}
	if info.Barcodes == nil {
		info.Barcodes = []string{}
	}
	return info
}
