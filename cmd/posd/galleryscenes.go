package main

import (
	"strconv"
	"time"

	"posbox/pos/barcode"
	"posbox/pos/event"
	"posbox/pos/loyalty"
	"posbox/pos/sale"
	"posbox/pos/tax"
	"posbox/pos/till"
)

// act is a shop of the gallery: what it pays, and what it sells.
type act struct {
	name    string
	payer   tax.Payer
	reports bool // its sales are reported
	demo    bool
	blind   bool // counting is blind
	roundTo int  // ₮; what is paid is rounded to it
	play    func(*stage)
}

var acts = []act{
	{name: "shop", payer: tax.Payer{VAT: true, City: true}, reports: true, play: playShop},
	{name: "not a payer", reports: true, play: playNotPayer},
	{name: "not reporting", payer: tax.Payer{VAT: true}, play: playNotReporting},
	{name: "blind", payer: tax.Payer{VAT: true}, reports: true, blind: true, play: playBlind},
	{name: "rounding", payer: tax.Payer{VAT: true}, reports: true, roundTo: 10, play: playRounding},
	{name: "demo", payer: tax.Payer{VAT: true, City: true}, reports: true, demo: true, play: playDemo},
}

var galleryShop = event.Merchant{
	Name: "Өгөөж хүнс", TIN: "61200012345", Branch: "001", Till: "02",
	Address: "Улаанбаатар, Хан-Уул дүүрэг, 11-р хороо, Зайсангийн гудамж 24/3", Phone: "7700-1234",
	Header: []string{"Өдөр бүр 08:00–23:00"}, Footer: []string{"Баярлалаа! Дахин ирээрэй."},
}

var galleryCustomer = loyalty.Customer{Code: "C001", Name: "Д. Болормаа", Phone: "99112233", Cards: []string{"9990000000012"}, Percent: 500, Active: true}

// galleryGoods is the shelf of the gallery's shops. Class codes have the right form only.
const galleryGoods = `code,name,unit,price,tax_included,vat,city_tax,class_code,tax_product_code,weighed,active
1,Талх Атар 650 г,ш,2600,yes,yes,no,2349100,,no,yes
2,"Сүү АПУ 3,2 % 1 л",ш,4350,yes,yes,no,2211000,,no,yes
3,Өндөг 10 ширхэгтэй,хайрцаг,7900,yes,yes,no,0231000,,no,yes
4,"Шар айраг Сэнгүр 0,5 л",ш,3900,yes,yes,yes,2431000,,no,yes
5,Парацетамол 500 мг 10ш,ш,1800,yes,VAT_FREE,no,3526000,305,no,yes
6,"Ноос самнасан, экспортын",кг,48000,yes,VAT_ZERO,no,2611000,501,yes,yes
7,Гадаадад үзүүлсэн үйлчилгээ,удаа,15000,yes,NO_VAT,no,8399000,447,no,yes
8,"Үхрийн мах, ястай",кг,18900,yes,yes,no,2111100,,yes,yes
9,Төмс,кг,1900,yes,yes,no,0151000,,yes,yes
10,"Хүүхдийн бийр, өргөн үстэй, 12 өнгийн будагтай иж бүрдэл, хадгалах хайрцагтай",ш,12900,yes,yes,no,3899900,,no,yes
11,Хөлдөөсөнхүнсийбүтээгдэхүүнийтусгайхайрцаглагдсанбагц,ш,24500,yes,yes,no,2139900,,no,yes
12,Гялгар уут,ш,200,yes,yes,no,3641000,,no,yes
13,Цай Липтон 100 уут,хайрцаг,14900,yes,yes,no,2391300,,no,yes
14,"Архи Соёмбо 0,5 л",ш,24900,yes,yes,yes,2413100,,no,yes
15,"Хөргөгч Samsung RB37 «A++», гурван жилийн баталгаатай",ш,2489000,yes,yes,no,4481100,,no,yes
`

// begin makes the shop's owner and opens the shift.
func (s *stage) begin() {
	yes := true
	s.do("seller.set", till.Command{Code: "7", Name: "Д. Сарантуяа", Role: "owner", Password: "7777", Active: &yes})
	s.do("seller.login", till.Command{Code: "7", Password: "7777"})
	s.do("shift.open", till.Command{Float: "50000"})
}

// scan puts goods into the basket in front.
func (s *stage) scan(codes ...string) {
	for _, c := range codes {
		s.do("line.scan", till.Command{Code: c})
	}
}

// amount puts so much of a good into it.
func (s *stage) amount(code string, quantity till.Decimal) {
	s.do("line.scan", till.Command{Code: code, Quantity: quantity})
}

// cash pays with notes.
func (s *stage) cash(given till.Decimal) event.Bill {
	return s.pay(till.OfferText{Kind: "cash", Amount: given})
}

func (s *stage) pay(offers ...till.OfferText) event.Bill {
	return s.do("pay", till.Command{Tenders: offers}).Bill
}

// playShop shows all that a shop prints that pays both taxes.
func playShop(s *stage) {
	s.scan("1", "2", "2", "3")
	first := s.cash("20000")
	s.paper("sale")
	s.playTaxes()
	s.playDiscounts()
	s.playPayments()
	s.playNames()
	s.scan("2", "3")
	s.meets(knownBusiness)
	s.do("basket.register", till.Command{Register: knownBusiness})
	s.pay(till.OfferText{Kind: "transfer", Amount: "12250", Slip: "FT26327-8812"})
	s.paper("business")
	s.scan("2")
	s.do("basket.register", till.Command{Register: "37900846788"})
	s.cash("5000")
	s.paper("business_by_tin")
	s.scan("1", "3")
	s.do("basket.consumer", till.Command{Consumer: "12345678"})
	s.cash("11000")
	s.paper("consumer")
	s.do("receipt.reprint", till.Command{Bill: string(first)})
	s.paper("copy")
	s.do("receipt.reprint", till.Command{Bill: string(first)})
	s.continuation("continuation")
	s.playOffice()
	s.playReturns()
	s.playElsewhere(first)
	s.playReports()
}

func (s *stage) playTaxes() {
	s.scan("14", "1")
	s.cash("30000")
	s.paper("city_tax")
	s.scan("1", "4", "5")
	s.amount("6", "1.5")
	s.scan("7")
	s.pay(till.OfferText{Kind: "card", Amount: "95300", Slip: "004512"})
	s.paper("mixed_taxes")
	s.amount("8", "1.245")
	s.amount("9", "3.5")
	s.scan("12")
	s.cash("31000")
	s.paper("weighed")
}

func (s *stage) playDiscounts() {
	s.scan("2", "2", "13", "3")
	s.do("line.discount", till.Command{Line: "1", Percent: "10", Reason: "хугацаа дөхсөн"})
	s.do("line.discount", till.Command{Line: "2", Amount: "900"})
	s.do("ticket.discount", till.Command{Percent: "5", Reason: "Нээлтийн өдөр"})
	s.cash("50000")
	s.paper("discounts")
	s.scan("10", "13")
	s.do("customer.set", till.Command{Code: galleryCustomer.Code})
	s.cash("30000")
	s.paper("customer")
}

func (s *stage) playPayments() {
	s.scan("15", "13")
	s.pay(till.OfferText{Kind: "card", Amount: "2000000", Slip: "004513"}, till.OfferText{Kind: "transfer", Amount: "400000", Slip: "FT26327-8813"},
		till.OfferText{Kind: "qr", Amount: "90000"}, till.OfferText{Kind: "cash", Amount: "20000"})
	s.paper("split")
}

func (s *stage) playNames() {
	s.scan("10", "11", "15", "1")
	s.pay(till.OfferText{Kind: "card", Amount: "2529000", Slip: "004514"})
	s.paper("long_names")
	for code := 1001; code <= 1034; code++ {
		s.scan(strconv.Itoa(code))
	}
	s.amount("8", "0.734")
	s.amount("9", "12.35")
	s.cash("300000")
	s.paper("many_lines")
}

// playOffice shows what comes out while the office is away, late, or out of lottery numbers.
func (s *stage) playOffice() {
	s.office.set(func(o *sampleOffice) { o.empty = true })
	s.scan("1", "2")
	s.cash("7000")
	s.paper("no_lottery")
	held := make(chan struct{})
	s.office.set(func(o *sampleOffice) { o.empty, o.hold = false, held })
	s.scan("1", "3")
	late := s.cash("11000")
	s.paper("provisional")
	s.office.set(func(o *sampleOffice) { o.hold = nil })
	close(held)
	s.issued(late)
	s.paper("late_slip")
	s.scan("1", "3")
	s.do("basket.register", till.Command{Register: unknownBusiness}) // whose taxpayer number is still to be found
	s.cash("11000")
	s.paper("business_provisional")
}

func (s *stage) playReturns() {
	s.amount("2", "3")
	s.scan("13", "3")
	sold := s.cash("40000")
	s.paper("sale_before_return")
	s.do("return.begin", till.Command{Code: string(sold)})
	s.do("return.set", till.Command{Lines: []till.LineText{{Line: 1, Quantity: "1"}, {Line: 2, Quantity: "0"}, {Line: 3, Quantity: "0"}}})
	s.do("pay", till.Command{Reason: "Гэмтэлтэй"})
	s.paper("return_part")
	s.paper("corrected")
	s.do("receipt.reprint", till.Command{Bill: string(sold)})
	s.paper("copy_after_return")
	s.do("return.begin", till.Command{Code: string(sold)})
	s.do("pay", till.Command{Reason: "Худалдан авагч бодлоо өөрчилсөн"})
	s.paper("return_rest")
	s.do("return.begin", till.Command{})
	s.do("return.scan", till.Command{Code: "12"})
	s.do("pay", till.Command{Reason: "Гэмтэлтэй"})
	s.paper("return_without_receipt")
	s.scan("13")
	sold = s.pay(till.OfferText{Kind: "card", Amount: "14900", Slip: "004516"})
	s.paper("sale_before_exchange")
	s.do("return.begin", till.Command{Code: string(sold)})
	s.scan("15")
	s.do("pay", till.Command{Reason: "Буруу сонгосон", Tenders: []till.OfferText{{Kind: "card", Amount: "2474100", Slip: "004517"}}})
	s.paper("exchange_return")
	s.paper("exchange_sale")
}

// playElsewhere shows what comes out when goods come back that another point sold: its till tells the tax office. A sale of this
// till stands for that one, as BAAZ would tell it.
func (s *stage) playElsewhere(like event.Bill) {
	if s.err != nil {
		return
	}
	sold, err := s.engine.Sale(like)
	if err != nil {
		s.err = err
		return
	}
	sold.Shift, sold.Number, sold.Merchant.Till = 96, 12, "01"
	sold.Bill = event.BillOf(sold.Day, sold.Shift, sold.Number)
	made, _ := barcode.BillCodeOf(sold, 7)
	code := made.String()
	s.foreign.put(code, sale.Return{Sold: &sold, Point: made.Point, PointName: "Сүхбаатар салбар", Code: code, Claim: "gallery", Until: s.clock.Now().Add(time.Hour).UnixMicro()})
	s.do("return.begin", till.Command{Code: code})
	s.do("return.set", till.Command{Lines: []till.LineText{{Line: 1, Quantity: "1"}, {Line: 2, Quantity: "0"}, {Line: 3, Quantity: "0"}}})
	s.do("pay", till.Command{Reason: "Гэмтэлтэй"})
	s.paper("return_elsewhere")
	s.paper("corrected_elsewhere")
}

func (s *stage) playReports() {
	s.do("print.test", till.Command{})
	s.paper("test_page")
	s.do("cash.out", till.Command{Amount: "100000", Reason: "Инкассаци"})
	s.paper("cash_out")
	s.do("cash.in", till.Command{Amount: "20000", Reason: "Мөнгө задлав"})
	s.paper("cash_in")
	s.do("report.print", till.Command{})
	s.paper("x")
	s.do("shift.count", till.Command{Notes: map[string]int{"20000": 3, "10000": 2, "5000": 1, "500": 1}})
	s.do("shift.close", till.Command{})
	s.do("report.print", till.Command{Shift: "1"})
	s.paper("z")
}

func playNotPayer(s *stage) {
	s.scan("1", "2", "5")
	s.cash("10000")
	s.paper("sale_without_vat")
}

func playNotReporting(s *stage) {
	s.scan("1", "2")
	s.cash("7000")
	s.paper("sale_without_ebarimt")
}

// playBlind shows what a report tells whoever has yet to count the drawer.
func playBlind(s *stage) {
	yes := true
	s.do("seller.set", till.Command{Code: "8", Name: "Ц. Төгсбаяр", Role: "seller", Password: "8888", Active: &yes})
	s.do("seller.login", till.Command{Code: "8", Password: "8888"})
	s.scan("1", "2")
	s.cash("7000")
	s.paper("sale_before_x")
	s.do("report.print", till.Command{Approver: &till.Approver{Code: "7", Password: "7777"}})
	s.paper("x_blind")
}

// playRounding shows where what was rounded stands beside what somebody gave.
func playRounding(s *stage) {
	s.amount("8", "1.247")
	s.amount("9", "0.333")
	s.scan("3")
	s.do("line.discount", till.Command{Line: "3", Percent: "10", Reason: "хугацаа дөхсөн"})
	s.do("ticket.discount", till.Command{Percent: "5", Reason: "Нээлтийн өдөр"})
	sold := s.cash("30000")
	s.paper("rounded")
	s.do("return.begin", till.Command{Code: string(sold)})
	s.do("return.set", till.Command{Lines: []till.LineText{{Line: 1, Quantity: "0.5"}, {Line: 2, Quantity: "0"}, {Line: 3, Quantity: "0"}}})
	s.do("pay", till.Command{Reason: "Гэмтэлтэй"})
	s.paper("rounded_return")
	s.paper("rounded_corrected")
	s.do("report.print", till.Command{})
	s.paper("rounded_x")
}

func playDemo(s *stage) {
	s.scan("1", "14")
	s.cash("30000")
	s.paper("demo")
}
