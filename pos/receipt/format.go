package receipt

import (
	"strings"

	"posbox/pos/catalog"
	"posbox/pos/money"
)

// nbsp holds a figure together while rows are wrapped; on the grid it becomes an ordinary space.
const nbsp = "\u00a0"

// amount prints money: "12 500", "-640", "995.50". Möngö show only where there are any.
func amount(a money.Amount) string { return strings.TrimSuffix(exact(a), ".00") }

// exact prints money with two decimals, as taxes are: "1 136.36".
func exact(a money.Amount) string {
	whole, frac, _ := strings.Cut(a.String(), ".")
	return group(whole) + "." + frac
}

// quantity prints "3" or "1,245".
func quantity(q catalog.Quantity) string {
	whole, frac, found := strings.Cut(q.String(), ".")
	if !found {
		return group(whole)
	}
	return group(whole) + "," + frac
}

// percent prints "10 %" or "7,5 %".
func percent(p money.Percent) string {
	whole, frac, _ := strings.Cut(p.String(), ".")
	if frac = strings.TrimRight(frac, "0"); frac != "" {
		whole += "," + frac
	}
	return whole + nbsp + "%"
}

// group parts the digits of a whole number into threes.
func group(digits string) string {
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	var b strings.Builder
	b.WriteString(sign)
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(nbsp)
		}
		b.WriteByte(digits[i])
	}
	return b.String()
}

// wallTime cuts seconds off "2026-11-23 14:05:09".
func wallTime(s string) string {
	if s = clean(s); len(s) == len("2026-11-23 14:05:09") && s[16] == ':' {
		s = s[:16]
	}
	return strings.ReplaceAll(s, " ", nbsp)
}
