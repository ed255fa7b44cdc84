package catalog

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
)

// A kind is a sort of goods that Generate makes many of.
type kind struct {
	name, category, class string
	unit                  string
	low, high             int // price in tögrög
	weighed, city         bool
	free                  string // tax product code of a VAT-free kind
}

var kinds = []kind{
	{name: "Сүү", category: "Сүү, сүүн бүтээгдэхүүн", class: "2211000", unit: "ш", low: 2500, high: 8900},
	{name: "Тараг", category: "Сүү, сүүн бүтээгдэхүүн", class: "2223000", unit: "ш", low: 1200, high: 7500},
	{name: "Зөөхий", category: "Сүү, сүүн бүтээгдэхүүн", class: "2225000", unit: "ш", low: 2800, high: 9800},
	{name: "Талх", category: "Талх, нарийн боов", class: "2349100", unit: "ш", low: 1900, high: 5900},
	{name: "Жигнэмэг", category: "Талх, нарийн боов", class: "2343000", unit: "ш", low: 1500, high: 12900},
	{name: "Шоколад", category: "Чихэр", class: "2366000", unit: "ш", low: 1200, high: 24900},
	{name: "Ундаа", category: "Ундаа, ус", class: "2449000", unit: "ш", low: 1500, high: 6900},
	{name: "Цэвэр ус", category: "Ундаа, ус", class: "2441000", unit: "ш", low: 900, high: 4500},
	{name: "Цай", category: "Цай, кофе", class: "2391300", unit: "ш", low: 1900, high: 29900},
	{name: "Кофе", category: "Цай, кофе", class: "2391100", unit: "ш", low: 3500, high: 59900},
	{name: "Гурил", category: "Хуурай хүнс", class: "2311000", unit: "ш", low: 2500, high: 68000},
	{name: "Будаа", category: "Хуурай хүнс", class: "2316000", unit: "ш", low: 3200, high: 48000},
	{name: "Гоймон", category: "Хуурай хүнс", class: "2371000", unit: "ш", low: 1100, high: 8900},
	{name: "Лаазалсан мах", category: "Хуурай хүнс", class: "2117900", unit: "ш", low: 4900, high: 24900},
	{name: "Пиво", category: "Согтууруулах ундаа", class: "2431000", unit: "ш", low: 3200, high: 9900, city: true},
	{name: "Архи", category: "Согтууруулах ундаа", class: "2413100", unit: "ш", low: 12900, high: 149900, city: true},
	{name: "Тамхи", category: "Тамхи", class: "2501000", unit: "ш", low: 4500, high: 15000, city: true},
	{name: "Шампунь", category: "Гоо сайхан", class: "3532300", unit: "ш", low: 5900, high: 49900},
	{name: "Шүдний оо", category: "Гоо сайхан", class: "3532350", unit: "ш", low: 2900, high: 24900},
	{name: "Саван", category: "Ахуйн бараа", class: "3532100", unit: "ш", low: 1200, high: 9900},
	{name: "Угаалгын нунтаг", category: "Ахуйн бараа", class: "3532200", unit: "ш", low: 4900, high: 69900},
	{name: "Цаас, салфетка", category: "Ахуйн бараа", class: "3219300", unit: "ш", low: 1500, high: 29900},
	{name: "Эм", category: "Эм", class: "3526000", unit: "ш", low: 900, high: 89900, free: "305"},
	{name: "Сонин", category: "Хэвлэл", class: "3241000", unit: "ш", low: 1000, high: 3000, free: "322"},
	{name: "Алим", category: "Жимс, ногоо", class: "0134100", unit: "кг", low: 6900, high: 14900, weighed: true},
	{name: "Төмс", category: "Жимс, ногоо", class: "0151000", unit: "кг", low: 1500, high: 3500, weighed: true},
	{name: "Үхрийн мах", category: "Мах", class: "2111100", unit: "кг", low: 14900, high: 28900, weighed: true},
	{name: "Бяслаг", category: "Сүү, сүүн бүтээгдэхүүн", class: "2225100", unit: "кг", low: 18900, high: 69900, weighed: true},
}

var (
	makers = []string{"Сүү", "Витафит", "АПУ", "Гурван Өөд", "Алтан Тариа", "Талх Чихэр", "Атар", "Улаанбаатар", "Хар Хорум",
		"Орхон", "Туул", "Хөвсгөл", "Говь", "Отгонтэнгэр", "Бэлчээр", "Тэнгэр", "Мөнх", "Өргөө", "Цагаан Үүл", "Gobi", "Eco Food"}
	flavours = []string{"энгийн", "шинэ", "уламжлалт", "гүзээлзгэнэтэй", "нэрстэй", "чацарганатай", "өөх багатай", "тослогтой",
		"хар", "цагаан", "улаан", "ногоон", "зөөлөн", "хүчтэй", "гэр бүлийн", "хүүхдийн"}
	sizes = []string{"100гр", "150гр", "200гр", "250гр", "330мл", "400гр", "0.5л", "500гр", "0.75л", "900гр", "1л", "1кг",
		"1.5л", "2кг", "5кг"}
)

// Generate writes a CSV of n made-up goods of a Mongolian shop, for tests and trials: always the same for the same n,
// and the first goods the same for every n. Every good has an EAN-13 of its own with the right check digit; weighed
// goods have the base code 21 ddddd 00000 c of a scale's label instead, which there are 99 999 of.
func Generate(w io.Writer, n int) error {
	buffered := bufio.NewWriter(w)
	out := csv.NewWriter(buffered)
	if err := out.Write(columnNames[:]); err != nil {
		return err
	}
	weighed := 0
	for i := range n {
		k := kinds[i%len(kinds)]
		if k.weighed {
			if weighed++; weighed > 99_999 {
				k = kinds[0]
			}
		}
		if err := out.Write(generated(i, weighed, k)); err != nil {
			return err
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return err
	}
	return buffered.Flush()
}

// generated makes the i-th good.
func generated(i, weighed int, k kind) []string {
	h := scramble(uint64(i))
	pick := func(from []string) string {
		s := from[h%uint64(len(from))]
		h = scramble(h)
		return s
	}
	name := fmt.Sprintf("%s %s %s", k.name, pick(makers), pick(flavours))
	barcode := ean13(fmt.Sprintf("865%09d", i))
	if k.weighed {
		barcode = ean13(fmt.Sprintf("21%05d00000", weighed))
	} else {
		name += " " + pick(sizes)
		if h%13 == 0 {
			barcode += "|" + ean13(fmt.Sprintf("864%09d", i))
		}
	}
	price := (k.low + int(h%uint64(k.high-k.low+1))) / 10 * 10
	vat := "1"
	if k.free != "" {
		vat = "0"
	}
	active := h%50 != 1
	return []string{
		strconv.Itoa(100_001 + i), name, barcode, k.category, k.unit, strconv.Itoa(price), "1", vat, digitOf(k.city), k.class,
		k.free, digitOf(k.weighed), digitOf(active), "0",
	}
}

func digitOf(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

// scramble is the finaliser of SplitMix64 (Steele, Lea, Flood 2014): near numbers become far ones, always the same.
func scramble(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// ean13 appends the check digit to twelve digits (GS1 General Specifications, 7.9).
func ean13(twelve string) string {
	sum := 0
	for i := range len(twelve) {
		d := int(twelve[i] - '0')
		if i%2 == 1 {
			d *= 3
		}
		sum += d
	}
	return twelve + strconv.Itoa((10-sum%10)%10)
}
