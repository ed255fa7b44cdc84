package catalog

import (
	_ "embed"
	"io"
	"strings"

	"posbox/pos/loyalty"
)

//go:embed sample.csv
var sampleCSV string

// Sample returns some 370 goods of a Mongolian shop at prices of 2026 as CSV, for trials: among them weighed goods, goods with city tax, VAT-free
// goods, services and one good that is no longer on sale.
//
// The EAN-13 codes (865, Mongolia; some with a second, foreign one) have right check digits but are made up, the class codes and tax product codes only
// have the right form: nothing here may be sent to a tax office.
func Sample() io.Reader { return strings.NewReader(sampleCSV) }

// SampleCustomers returns ten card customers for trials: the third's card has expired, the fourth's is blocked, the others
// have a discount. The first has, beside an EAN-13 card, one whose 13 digits are
// no EAN-13.
func SampleCustomers() []loyalty.Customer {
	return []loyalty.Customer{
		{Code: "C001", Name: "Б. Болормаа", Phone: "99112233", Cards: []string{"9990000000012", "9990000000017"}, Percent: 500, Active: true},
		{Code: "C002", Name: "Д. Ганбаатар", Phone: "88005544", Cards: []string{"9990000000029", "9990000000036"}, Percent: 1000, Active: true},
		{Code: "C003", Name: "О. Сарантуяа", Cards: []string{"9990000000043"}, Percent: 700, ValidFrom: "2019-01-01", ValidTo: "2020-12-31", Active: true},
		{Code: "C004", Name: "Т. Мөнхбат", Cards: []string{"9990000000050"}, Percent: 500},
		{Code: "C005", Name: "Ц. Өлзийсайхан", Phone: "95667788", Cards: []string{"9990000000067"}, Percent: 300, ValidFrom: "2024-01-01", ValidTo: "2099-12-31", Active: true},
		{Code: "C006", Name: "Н. Энхжаргал", Phone: "99887766", Cards: []string{"9990000000074"}, Percent: 500, Active: true},
		{Code: "C007", Name: "Ж. Баярсайхан", Phone: "91234567", Cards: []string{"9990000000081", "9990000000098"}, Percent: 200, Active: true},
		{Code: "C008", Name: "Г. Үүрийнтуяа", Phone: "86001122", Cards: []string{"9990000000104"}, Percent: 1500, Active: true},
		{Code: "C009", Name: "Мандал ХХК", Phone: "70112233", Cards: []string{"9990000000111"}, Percent: 250, Active: true},
		{Code: "C010", Name: "П. Өнөрбаяр", Cards: []string{"9990000000128"}, Percent: 100, Active: true},
	}
}
