package config

import (
	"testing"

	"posbox/pos/fault"
)

func TestFiscalSettings(t *testing.T) {
	s, o := mustLoad(t, `{"fiscal":{"posapi":"http://10.0.0.5:7080","district":"2301","away":"stop","wait":3},"payers":[{"from":"2026-01-01","vat":true}]}`)
	if f := s.Fiscal; f.District != "2301" || f.Away != AwayStop || f.Wait != 3 || f.Hang != 90 || f.Branch != "000" {
		t.Errorf("%+v", f)
	}
	if o["fiscal.district"] == Image || o["fiscal.hang"] != Image {
		t.Errorf("origins: %q, %q", o["fiscal.district"], o["fiscal.hang"])
	}
	if len(s.Payers) != 1 || !s.Payers[0].VAT || s.Payers[0].City {
		t.Errorf("%+v", s.Payers)
	}
	for path, layer := range map[string]string{
		"fiscal.posapi":        `{"fiscal":{"posapi":"127.0.0.1:7080"}}`,
		"fiscal.lookup":        `{"fiscal":{"lookup":"api.ebarimt.mn"}}`,
		"fiscal.tin":           `{"fiscal":{"tin":"1234567"}}`,
		"fiscal.branch":        `{"fiscal":{"branch":"1"}}`,
		"fiscal.district":      `{"fiscal":{"district":"23"}}`,
		"fiscal.pos_no":        `{"fiscal":{"pos_no":""}}`,
		"fiscal.wait":          `{"fiscal":{"wait":0}}`,
		"fiscal.hang":          `{"fiscal":{"hang":91}}`,
		"fiscal.away":          `{"fiscal":{"away":"sell"}}`,
		"fiscal.reissue":       `{"fiscal":{"reissue":"no"}}`,
		"fiscal.send_hour":     `{"fiscal":{"send_hour":24}}`,
		"fiscal.warn_hours":    `{"fiscal":{"warn_hours":72}}`,
		"fiscal.lotteries_low": `{"fiscal":{"lotteries_low":-1}}`,
		"payers":               `{"payers":[{"from":"2026-02-01"},{"from":"2026-01-01"}]}`,
	} {
		_, _, err := Load(Layer{Name: "point", JSON: []byte(layer)})
		if f := fault.Of(err); err == nil || f.Args["path"] != path {
			t.Errorf("%s: %v", path, err)
		}
	}
}
