package event

import (
	"encoding/json"
	"fmt"
)

// Encode renders a fact's body as the journal stores it.
func Encode(f Fact) ([]byte, error) { return json.Marshal(f) }

// decoders has one entry a kind; a test holds it against the list of kinds.
var decoders = map[Kind]func([]byte) (Fact, error){
	KindBoxBegan:        decode[BoxBegan],
	KindBoxJoined:       decode[BoxJoined],
	KindBoxReplaced:     decode[BoxReplaced],
	KindCentralTaken:    decode[CentralTaken],
	KindLogsSent:        decode[LogsSent],
	KindSellerSet:       decode[SellerSet],
	KindSellerLoggedIn:  decode[SellerLoggedIn],
	KindSellerLoggedOut: decode[SellerLoggedOut],
	KindShiftOpened:     decode[ShiftOpened],
	KindShiftCounted:    decode[ShiftCounted],
	KindShiftClosed:     decode[ShiftClosed],
	KindCashMoved:       decode[CashMoved],
	KindLineRemoved:     decode[LineRemoved],
	KindOverrideGranted: decode[OverrideGranted],
	KindSaleCompleted:   decode[SaleCompleted],
	KindDrawerAsked:     decode[DrawerAsked],
	KindDrawerOutcome:   decode[DrawerOutcome],
	KindReceiptAsked:    decode[ReceiptAsked],
	KindReceiptOutcome:  decode[ReceiptOutcome],
	KindReportAsked:     decode[ReportAsked],
	KindProblemNoted:    decode[ProblemNoted],
	KindSettingSet:      decode[SettingSet],
	KindSettingReset:    decode[SettingReset],
	KindFirstDone:       decode[FirstDone],
	KindJoinAsked:       decode[JoinAsked],
	KindJoinDropped:     decode[JoinDropped],
	KindGoodSet:         decode[GoodSet],
	KindCustomerPut:     decode[CustomerPut],
	KindImportAsked:     decode[ImportAsked],
	KindGoodsImported:   decode[GoodsImported],
	KindTestAsked:       decode[TestAsked],
	KindSlipAsked:       decode[SlipAsked],
	KindEditOutcome:     decode[EditOutcome],
	KindFiscalAsked:     decode[FiscalAsked],
	KindFiscalOutcome:   decode[FiscalOutcome],
	KindSaleReturned:    decode[SaleReturned],
	KindReturnHanded:    decode[ReturnHanded],
}

// Decode reads a fact's body. A kind that this program does not know gives nil and no error: a newer box wrote it.
func Decode(k Kind, body []byte) (Fact, error) {
	d, ok := decoders[k]
	if !ok {
		return nil, nil
	}
	f, err := d(body)
	if err != nil {
		return nil, fmt.Errorf("event: body of %s: %w", k, err)
	}
	return f, nil
}

func decode[F Fact](body []byte) (Fact, error) {
	var f F
	err := json.Unmarshal(body, &f)
	return f, err
}
