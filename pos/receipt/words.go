package receipt

import (
	"cmp"

	"posbox/pos/event"
	"posbox/pos/tax"
)

// The words of every document, in one place, as a Mongolian shopkeeper says them.
const (
	wordCopy         = "ХУУЛБАР"
	wordTest         = "ТУРШИЛТ"
	wordTestEnd      = "Туршилтын хуудас. Баримт биш."
	wordContinuation = "ҮРГЭЛЖЛЭЛ"
	wordNotFiscal    = "И-баримт биш"
	wordNoLottery    = "Сугалаанд оролцохгүй"

	wordFiscal        = "И-БАРИМТ"
	wordFiscalID      = "ДДТД"
	wordLottery       = "Сугалаа"
	wordLotterySum    = "Сугалааны дүн"
	wordProvisional   = "ТҮР БАРИМТ"
	wordRegisters     = "И-баримт олгогдоогүй байна. Татварын албанд дараа бүртгэгдэнэ."
	wordFiscalDemo    = "ТУРШИЛТ: жинхэнэ баримт биш"
	wordLotteryBefore = "Өмнөх баримтын сугалааны дугаар хүчинтэй."
	wordLeft          = "Буцаалтын дараах дүн"
	wordNoNumber      = "Сугалааны дугаар олгогдоогүй."
	wordNoSecret      = "Сугалаа, QR код энэ баримтад байхгүй."

	wordTIN      = "ТТД"
	wordPhone    = "Утас"
	wordBill     = "Баримт"
	wordDate     = "Огноо"
	wordBranch   = "Салбар"
	wordTill     = "Касс"
	wordSeller   = "Худалдагч"
	wordBuyer    = "Харилцагч"
	wordCard     = "Карт"
	wordBusiness = "Худалдан авагч"
	wordRegister = "РД"
	wordConsumer = "Хэрэглэгчийн дугаар"
	wordPrinted  = "Хэвлэсэн"
	wordDiscount = "Хөнгөлөлт"
	wordCardOff  = "Картын хөнгөлөлт"
	wordLinesOff = "Барааны хөнгөлөлт"
	wordRounding = "Бөөрөнхийлөл"
	wordGross    = "Үнийн дүн"
	wordTotal    = "НИЙТ"
	wordVAT      = "НӨАТ"
	wordCityTax  = "НХАТ"
	wordChange   = "Хариулт"

	wordXReport   = "X ТАЙЛАН"
	wordZReport   = "Z ТАЙЛАН"
	wordShift     = "Ээлж"
	wordDay       = "Өдөр"
	wordOpened    = "Нээсэн"
	wordClosed    = "Хаасан"
	wordSales     = "Борлуулалт"
	wordBills     = "Баримтын тоо"
	wordFirst     = "Эхний №"
	wordLast      = "Сүүлийн №"
	wordTenders   = "Төлбөр"
	wordTaxes     = "Татвар"
	wordDrawer    = "Бэлэн мөнгө"
	wordFloat     = "Эхний үлдэгдэл"
	wordCashSales = "Бэлэн борлуулалт"
	wordCashIn    = "Нэмсэн"
	wordCashOut   = "Авсан"
	wordExpected  = "Байх ёстой"
	wordCounted   = "Тоолсон"
	wordUncounted = "Тоолоогүй"
	wordCounts    = "Тооллогын тоо"
	wordEven      = "Зөрүүгүй"
	wordShort     = "Дутуу"
	wordOver      = "Илүү"
	wordBlind     = "Борлуулалтын дүнг мөнгөө тоолсны дараа харуулна."
	wordBlindZ    = "Борлуулалтын дүнг эрхтэй хүн харна."
	wordControl   = "Хяналт"
	wordRemoved   = "Хассан бараа"
	wordOpenings  = "Хайрцаг нээсэн"
	wordCopies    = "Хуулбар"
	wordOverrides = "Зөвшөөрөл"

	wordReturn       = "БУЦААЛТ"
	wordCorrected    = "ЗАЛРУУЛСАН БАРИМТ"
	wordReturnOf     = "Баримт"
	wordSoldOn       = "Худалдсан"
	wordReturnNote   = "Буцаалт"
	wordNoReceipt    = "Баримтгүй буцаалт"
	wordUnverified   = "БААЗ-аар шалгаагүй"
	wordReportsOther = "И-баримтыг борлуулсан касс засна"
	wordLotteryStays = "Анхны баримтын сугалаа хүчинтэй хэвээр"
	wordWhereSold    = "Борлуулсан цэг"
	wordBack         = "БУЦААСАН"
	wordBackVAT      = "үүнээс "
	wordBackTenders  = "Буцаан олгосон"
	wordCarried      = "Солилцоонд шилжүүлсэн"
	wordExchange     = "Солилцоо"
	wordExchangeWith = "Буцаалт"
	wordSignBuyer    = "Худалдан авагч"
	wordSignSeller   = "Худалдагч"
	wordSignApprover = "Зөвшөөрсөн"
	wordStays        = "Буцаалтын дараа үлдсэн бараа"
	wordReturns      = "Буцаалт"
	wordReturnsCount = "Тоо"
	wordNet          = "ЦЭВЭР ДҮН"
	wordCashBack     = "Бэлнээр буцаасан"
	wordReturnCode   = "Буцаах, солиход уншуулна"

	wordSlipIn     = "КАССЫН ОРЛОГО"
	wordSlipOut    = "КАССЫН ЗАРЛАГА"
	wordAmount     = "ДҮН"
	wordReason     = "Шалтгаан"
	wordApproved   = "Зөвшөөрсөн"
	wordSignature  = "Гарын үсэг"
	currencySuffix = nbsp + "₮"
)

// tenderName names a payment as the shop calls it.
func tenderName(t event.Tender) string { return named(t.Name, t.Kind) }

// totalName names a sum of payments as the shop calls them.
func totalName(t event.TenderTotal) string { return named(t.Name, t.Kind) }

func named(name string, kind event.TenderKind) string {
	return cmp.Or(clean(name), tenderWord(kind))
}

// tenderWord names a way to pay; one that this version does not know is printed as recorded.
func tenderWord(k event.TenderKind) string {
	switch k {
	case event.Cash:
		return "Бэлэн"
	case event.Card:
		return "Карт"
	case event.Transfer:
		return "Шилжүүлэг"
	case event.QR:
		return "QR"
	}
	return clean(string(k))
}

// classWord names a tax class in a report.
func classWord(c tax.Class) string {
	switch c {
	case tax.VATAble:
		return "НӨАТ-тай"
	case tax.VATFree:
		return "НӨАТ-аас чөлөөлөгдсөн"
	case tax.VATZero:
		return "НӨАТ 0" + nbsp + "%"
	case tax.NoVAT:
		return "НӨАТ-д хамаарахгүй"
	}
	return clean(string(c))
}
