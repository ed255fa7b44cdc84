package ui

import (
	"net/http"
	"time"

	"posbox/pos/catalog"
	"posbox/pos/fault"
	"posbox/pos/money"
	"posbox/pos/till"
)

// GoodsAnswer is what a search finds.
type GoodsAnswer struct {
	Goods []GoodInfo `json:"goods"`
	Count int        `json:"count"` // of all goods
}

// GoodInfo is a good as the cashier sees it.
type GoodInfo struct {
	Code     catalog.Code `json:"code"`
	Name     string       `json:"name"`
	Barcodes []string     `json:"barcodes"`
	Category string       `json:"category"`
	Unit     string       `json:"unit"`
	Price    money.Amount `json:"price"` // with all taxes, as a scan would take it now; 0.00: not priced
	Weighed  bool         `json:"weighed"`
	Active   bool         `json:"active"`
	// Unclassed: it has no classification code, so no e-barimt can be issued for it.
	Unclassed bool `json:"unclassed"`
}

// hits is how many goods a search finds where nothing else is asked for.
const hits = 50

func (s *Server) goods(w http.ResponseWriter, r *http.Request) error {
	limit, err := number(r, "limit", hits, 1, 200)
	if err != nil {
		return err
	}
	out, err := s.findGoods(r.URL.Query().Get("q"), limit)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, out)
}

// findGoods finds at most limit goods by a text, priced as the next scan would take them.
func (s *Server) findGoods(q string, limit int) (GoodsAnswer, error) {
	if len(q) > 200 {
		return GoodsAnswer{}, fault.New(fault.QueryMalformed, "name", "q")
	}
	env := s.sellingEnv()
	out := GoodsAnswer{Goods: []GoodInfo{}, Count: s.o.Goods.Count()}
	edits := len(s.o.Till.View().State.Edits) > 0
	for _, g := range s.o.Goods.Search(q, limit) {
		if edits {
			if now, ok, err := env.Goods.ByCode(g.Code); ok && err == nil {
				g = now
			}
		}
		out.Goods = append(out.Goods, goodInfo(g, env))
	}
	return out, nil
}

// unclassed answers the goods that e-barimts cannot be issued for. An edit that waits for an import is not seen yet.
func (s *Server) unclassed(w http.ResponseWriter, r *http.Request) error {
	limit, err := number(r, "limit", 50, 1, 200)
	if err != nil {
		return err
	}
	list, count, err := s.o.Goods.Unclassed(r.Context(), limit)
	if err != nil {
		return err
	}
	env := s.sellingEnv()
	out := GoodsAnswer{Goods: []GoodInfo{}, Count: count}
	for _, g := range list {
		out.Goods = append(out.Goods, goodInfo(g, env))
	}
	return writeJSON(w, http.StatusOK, out)
}

// sellingEnv returns the outside of a decision on the business day: that of the open shift, else today. A shift that
// goes past midnight sells at its own day's prices. Goods and customers are as the next scan takes them: an edit waits for
// an import under way before it stands in the catalogue.
func (s *Server) sellingEnv() till.Env {
	st := s.o.Till.View().State
	env := till.Edited(st, s.o.Till.Env())
	if shift := st.Shift; shift != nil {
		if noon, err := time.ParseInLocation(time.DateOnly+" 15", string(shift.Day)+" 12", env.Zone); err == nil {
			env.Now = noon
		}
	}
	return env
}
