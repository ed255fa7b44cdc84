package service

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"posbox/pos/fiscal"
	"posbox/pos/money"
)

// sum adds amounts up.
type sum struct{ amount, vat, city fiscal.Amount }

func (s *sum) add(amount, vat, city fiscal.Amount) {
	s.amount, s.vat, s.city = s.amount+amount, s.vat+vat, s.city+city
}

// decode reads a request strictly: what the portal's table does not name is a mistake of the till.
func decode(body []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("more behind the object")
	}
	return nil
}

// check says what is wrong with a receipt, in the service's language; "" for nothing. It is as strict as everything that
// the sources call certain.
func (s *Service) check(r fiscal.Request) string {
	business := r.Type == fiscal.B2B
	merchant, known := s.merchants[r.MerchantTIN]
	switch {
	case !number(r.BranchNo, 3, 3):
		return "branchNo: 3 оронтой тоо байна"
	case !number(r.DistrictCode, 4, 4):
		return "districtCode: 4 оронтой тоо байна"
	case r.PosNo == "":
		return "posNo хоосон байна"
	case !known:
		return "merchantTin бүртгэлгүй байна: " + r.MerchantTIN
	case r.Type != fiscal.B2C && !business:
		return "type буруу байна: " + r.Type
	case business && (r.CustomerTIN == nil || !number(*r.CustomerTIN, 11, 14)):
		return "B2B баримтад customerTin шаардлагатай"
	case !business && r.CustomerTIN != nil:
		return "B2C баримтад customerTin байж болохгүй"
	case r.ConsumerNo != "" && (business || !number(r.ConsumerNo, 8, 8)):
		return "consumerNo 8 оронтой байна"
	case !number(r.BillIDSuffix, 1, 9):
		return "billIdSuffix буруу байна"
	case r.InactiveID != "" && s.latest(r.InactiveID) != r.InactiveID:
		return "inactiveId олдсонгүй эсвэл идэвхгүй байна"
	case len(r.Receipts) == 0:
		return "receipts хоосон байна"
	}
	var total sum
	for i, sub := range r.Receipts {
		if slices.ContainsFunc(r.Receipts[:i], func(o fiscal.Sub) bool { return o.TaxType == sub.TaxType && o.MerchantTIN == sub.MerchantTIN }) {
			return "нэг taxType хоёр удаа орсон байна"
		}
		if text := s.checkSub(r, sub, merchant); text != "" {
			return text
		}
		total.add(sub.TotalAmount, sub.TotalVAT, sub.TotalCityTax)
	}
	if total != (sum{r.TotalAmount, r.TotalVAT, r.TotalCityTax}) {
		return "нийт дүн дэд баримтуудын нийлбэртэй тэнцэхгүй байна"
	}
	return s.checkPayments(r)
}

func (s *Service) checkSub(r fiscal.Request, sub fiscal.Sub, m Merchant) string {
	var total sum
	switch {
	case !slices.Contains([]string{"VAT_ABLE", "VAT_FREE", "VAT_ZERO", "NO_VAT"}, sub.TaxType):
		return "taxType буруу байна: " + sub.TaxType
	case sub.MerchantTIN == "":
		return "receipts.merchantTin хоосон байна"
	case len(sub.Items) == 0:
		return "items хоосон байна"
	}
	for _, it := range sub.Items {
		if text := checkItem(sub.TaxType, it, m); text != "" {
			return it.Name + ": " + text
		}
		total.add(it.TotalAmount, it.TotalVAT, it.TotalCityTax)
	}
	if total != (sum{sub.TotalAmount, sub.TotalVAT, sub.TotalCityTax}) {
		return "дэд баримтын дүн барааны нийлбэртэй тэнцэхгүй байна"
	}
	return ""
}

func checkItem(taxType string, it fiscal.Item, m Merchant) string {
	taxed := taxType == "VAT_ABLE"
	switch {
	case it.Name == "":
		return "name хоосон байна"
	case !number(it.ClassificationCode, 7, 7):
		return "classificationCode 7 оронтой байна"
	case !taxed && (it.TaxProductCode == nil || !number(*it.TaxProductCode, 3, 10)):
		return "taxProductCode шаардлагатай"
	case taxed && it.TaxProductCode != nil:
		return "VAT_ABLE барааны taxProductCode null байна"
	case it.MeasureUnit == "":
		return "measureUnit хоосон байна"
	case it.Qty <= 0:
		return "qty 0-ээс их байна"
	case it.TotalCityTax != 0 && !m.CityPayer:
		return "НХАТ төлөгч биш байна"
	case it.Data != nil && (int64(it.Qty)%1000 != 0 || int64(len(it.Data.StockQR)) != int64(it.Qty)/1000):
		return "stockQR-ийн тоо qty-тэй тэнцэхгүй байна"
	}
	return checkTax(taxed && m.VATPayer, it)
}

// tolerance is what a tax may be off, in möngö.
const tolerance = 1

// checkTax holds an item's taxes against its total: 10 % VAT and 2 % city tax of the net.
func checkTax(vat bool, it fiscal.Item) string {
	v, c := int64(0), int64(0)
	if vat {
		v = 10
	}
	if it.TotalCityTax != 0 {
		c = 2
	}
	want := func(part int64) fiscal.Amount { return half(int64(it.TotalAmount)*part, 100+v+c) }
	if off(it.TotalVAT, want(v)) {
		return fmt.Sprintf("НӨАТ-г 10%%-р тооцоолоогүй байна. Шалгуур дүн: %s", money.Amount(want(v)))
	}
	if off(it.TotalCityTax, want(c)) {
		return fmt.Sprintf("НХАТ-г 2%%-р тооцоолоогүй байна. Шалгуур дүн: %s", money.Amount(want(c)))
	}
	return ""
}

// half divides, half away from zero.
func half(n, by int64) fiscal.Amount {
	if n < 0 {
		return -half(-n, by)
	}
	return fiscal.Amount((2*n + by) / (2 * by))
}

func off(got, want fiscal.Amount) bool { return got-want > tolerance || want-got > tolerance }

func (s *Service) checkPayments(r fiscal.Request) string {
	var total fiscal.Amount
	for _, p := range r.Payments {
		switch {
		case !slices.Contains(s.takes, p.Code):
			return "төлбөрийн хэрэгсэл буруу байна: " + p.Code
		case p.Status != "PAID":
			return "төлбөрийн төлөв буруу байна: " + p.Status
		case p.PaidAmount <= 0:
			return "paidAmount 0-ээс их байна"
		}
		total += p.PaidAmount
	}
	if total != r.TotalAmount {
		return short
	}
	return ""
}

// short is answered with the status PAYMENT instead of ERROR.
const short = "төлбөрийн нийлбэр нийт дүнтэй тэнцэхгүй байна"

func number(s string, least, most int) bool {
	return len(s) >= least && len(s) <= most && strings.Trim(s, "0123456789") == ""
}
