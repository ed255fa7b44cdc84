package service

import "net/http"

// businesses are those whom the stand-in's look-ups know, by register number: taxpayer number and name.
var businesses = map[string]struct{ tin, name string }{
	"1234567": {"37900846788", "Өргөө Худалдаа ХХК"},
	"7654321": {"20200033310", "Говийн Нар ХХК"},
}

// lookup is an answer of the public look-ups: an unknown number has HTTP status 200, the status 500 in words, and no data.
type lookup struct {
	Msg    string `json:"msg"`
	Status int    `json:"status"`
	Data   any    `json:"data"`
}

func tinInfo(w http.ResponseWriter, r *http.Request) {
	b, ok := businesses[r.URL.Query().Get("regNo")]
	if !ok {
		reply(w, http.StatusOK, lookup{"Мэдээлэл олдсонгүй", 500, nil})
		return
	}
	reply(w, http.StatusOK, lookup{"Амжилттай", 200, b.tin})
}

func (s *Service) payerInfo(w http.ResponseWriter, r *http.Request) {
	tin := r.URL.Query().Get("tin")
	s.mu.Lock()
	m, ours := s.merchants[tin]
	s.mu.Unlock()
	name, vat, city := m.Name, m.VATPayer, m.CityPayer
	for _, b := range businesses {
		if !ours && b.tin == tin {
			ours, name, vat = true, b.name, true
		}
	}
	if !ours {
		reply(w, http.StatusOK, lookup{"Мэдээлэл олдсонгүй", 500, nil})
		return
	}
	reply(w, http.StatusOK, lookup{"Амжилттай", 200, map[string]any{"name": name, "freeProject": false, "cityPayer": city, "vatPayer": vat, "found": true, "vatpayerRegisteredDate": "2016-01-01 00:00:00", "isGovernment": false}})
}
