package service

import "net/http"

// businesses are those whom the stand-in's look-ups know, by register number: taxpayer number and name.
var businesses = map[string]struct{ tin, name string }{
	"1234567": {"37900846788", "Өргөө Худалдаа ХХК"},
	"7654321": {"20200033310", "Говийн Нар ХХК"},
	"5317878": {"37900512344", "Тэнгэрийн Бэлэг Худалдаа Үйлчилгээ, Импорт Экспорт Хязгаарлагдмал Хариуцлагатай Компани"},
}

// found is an answer of the public look-ups: an unknown number has HTTP status 200, the status 500 in words, and no data.
type found struct {
	Msg    string `json:"msg"`
	Status int    `json:"status"`
	Data   any    `json:"data"`
}

// lookup lets a look-up misbehave as it was told to.
func (s *Service) lookup(do http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.faulty(Lookups, func(w http.ResponseWriter, _ []byte, _ bool) { do(w, r) })(w, r)
	}
}

// tinInfo knows no citizens: questions for them were to end in June 2026.
func (s *Service) tinInfo(w http.ResponseWriter, r *http.Request) {
	b, ok := businesses[r.URL.Query().Get("regNo")]
	if !ok {
		reply(w, http.StatusOK, found{"Мэдээлэл олдсонгүй", 500, nil})
		return
	}
	reply(w, http.StatusOK, found{"Амжилттай", 200, b.tin})
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
		reply(w, http.StatusOK, found{"Мэдээлэл олдсонгүй", 500, nil})
		return
	}
	reply(w, http.StatusOK, found{"Амжилттай", 200, map[string]any{"name": name, "freeProject": false, "cityPayer": city, "vatPayer": vat, "found": true, "vatpayerRegisteredDate": "2016-01-01 00:00:00", "isGovernment": false}})
}
