package office

import "fmt"

func day(d, point, sales int, total string) object {
	return object{"day": fmt.Sprintf("2026-11-%02d", d), "point": point, "sales": sales, "late": 0, "gross": total, "discount": "0.00", "total": total, "vat": "0.00", "city_tax": "0.00"}
}

func reports() []Scene {
	days := list{}
	for d := 1; d <= 28; d++ {
		for p := 1; p <= 2; p++ {
			days = append(days, day(d, p, 120+d*3%40, fmt.Sprintf("%d.00", 1_250_000+d*37_123%400_000+p*17_000)))
		}
	}
	return []Scene{
		{Name: "reports-days", At: "reports", Page: "reports", Do: "wait days-row", Answers: map[string]any{"GET " + company + "/reports/days": object{"days": days}}},
		{Name: "reports-none", At: "reports", Page: "reports", Do: "wait no-sales", Answers: map[string]any{"GET " + company + "/reports/days": object{"days": list{}}}},
	}
}
