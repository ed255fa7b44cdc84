package office

import "fmt"

// people are those who may log in to the company.
func people() (all list) {
	for i, p := range []struct{ name, login, role, state, seen string }{
		{"Д. Болормаа", "bolormaa@nomin.mn", "owner", "active", "2026-11-28T05:40:00Z"}, {"Б. Сараа", "saraa@nomin.mn", "manager", "active", "2026-11-28T01:12:00Z"},
		{"Ц. Энхтуяа", "enkhtuya", "accountant", "active", "2026-11-27T08:05:00Z"}, {"Г. Нямсүрэн", "", "clerk", "invited", ""}} {
		var seen any
		if p.seen != "" {
			seen = p.seen
		}
		all = append(all, object{"person": i + 1, "login": p.login, "name": p.name, "role": p.role, "state": p.state, "created": "2026-01-05T02:00:00Z", "seen": seen})
	}
	return all
}

func sessions() list {
	one := func(n, person int, network, agent string, own bool) object {
		return object{"session": fmt.Sprintf("%016d", n), "person": person, "created": "2026-11-24T02:00:00Z", "seen": fmt.Sprintf("2026-11-28T0%d:40:00Z", 6-n), "network": network, "agent": agent, "own": own}
	}
	return list{one(1, 1, "202.131.4.17", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/144.0.0.0 Safari/537.36", true),
		one(2, 1, "66.181.160.9", "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1", false),
		one(3, 2, "202.131.4.17", "Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0", false)}
}

func deed(at, who, action, subject, detail, network string) object {
	return object{"at": "2026-11-" + at, "person": 1, "who": who, "action": action, "subject": subject, "detail": detail, "network": network}
}

func auditPage() object {
	const net = "202.131.4.17"
	return object{"next": 1, "audit": list{
		with(deed("28T05:52:00Z", "Д. Болормаа", "register.row", "1001", "", ""), object{"register": "goods", "scope": "7",
			"before": object{"code": "1001", "name": "Сүү Сүү 1 л", "prices": list{object{"amount": "2800.00"}}}, "after": object{"code": "1001", "name": "Сүү Сүү 1 л", "prices": list{object{"amount": "3000.00"}}}}),
		deed("28T05:40:00Z", "Д. Болормаа", "login", "bolormaa@nomin.mn", "", net), deed("28T05:39:00Z", "?", "login.failed", "bolormaa@nomin.mn", "", "91.12.4.7"),
		with(deed("27T03:15:00Z", "Б. Сараа", "register.set", "бараа-2026.xlsx", "import", ""), object{"register": "goods", "rows": 9974}),
		deed("26T08:30:00Z", "Д. Болормаа", "person.changed", "Ц. Энхтуяа", "clerk → accountant", net), deed("26T08:12:00Z", "Д. Болормаа", "token.made", "1С нягтлан", "read", net),
		deed("25T02:00:00Z", "box 00000000", "box.joined", "Яармаг", "", "")}}
}

// peopleScenes are people, what they come in with, and what they did.
func peopleScenes() []Scene {
	base := map[string]any{"GET " + company + "/people": object{"people": people(), "roles": list{"accountant", "clerk", "manager", "owner"}}, "GET " + company + "/sessions": object{"sessions": sessions()},
		"GET /api/me/passkeys": object{"passkeys": list{
			object{"passkey": "f1", "name": "iPhone", "created": "2026-11-20T02:00:00Z", "seen": "2026-11-28T01:20:00Z"}, object{"passkey": "f2", "name": "Chrome, Windows", "created": "2026-11-24T02:00:00Z", "seen": nil}}},
		"GET /api/me/sessions": object{"sessions": sessions()[:2]}, "GET " + company + "/audit": auditPage(), "GET " + registersBase: registersJSON,
		"GET " + company + "/tokens": object{"tokens": list{
			object{"token": "a1", "name": "1С нягтлан", "scopes": list{"read"}, "by": "Д. Болормаа", "created": "2026-11-26T08:12:00Z", "seen": "2026-11-28T05:00:00Z", "expires": "2027-11-26T08:12:00Z"},
			object{"token": "a2", "name": "Онлайн дэлгүүр", "scopes": list{"change", "read"}, "by": "Б. Сараа", "created": "2026-03-26T08:12:00Z", "seen": nil, "expires": nil}}}}
	scene := func(name, at, do string, more map[string]any) Scene {
		return Scene{Name: "people-" + name, At: at, Page: at, Do: do, Answers: with(with(object{}, base), more)}
	}
	invitation := object{"person": 5, "url": "https://baaz.nomin.mn/#link=l_AAAAAAAAAAdR1d0g5hJ2m4bYc8kq7nXvT3wZpL6s", "expires": "2026-12-01T06:04:00Z"}
	return []Scene{
		scene("list", "people", "wait people-row", nil),
		scene("invite", "people", "wait people-row; tap invite-open; wait invite-name", nil),
		scene("invited", "people", "wait people-row; tap invite-open; wait invite-name; tap invite-name; write Бат; tap invite-do; wait link-once", map[string]any{"POST " + company + "/people": invitation}),
		scene("person", "people", "wait people-row; tap people-row id=2; wait session", nil),
		scene("sessions", "sessions", "wait session-end", nil),
		scene("tokens", "tokens", "wait tokens-row", nil),
		scene("tokens-none", "tokens", "wait no-tokens", map[string]any{"GET " + company + "/tokens": object{"tokens": list{}}}),
		scene("token-new", "tokens", "wait token-open; tap token-open; wait token-name", nil),
		scene("audit", "audit", "wait audit-row", nil),
		scene("audit-one", "audit", "wait audit-row; tap audit-row; wait deed-changes", nil),
		scene("account", "account", "wait session", nil),
		scene("passkey-new", "account", "wait session; wait passkey; tap passkey-add; wait passkey-password", nil),
	}
}
