// The first page: log in, come in by a one-time link, see how the boxes stand. The application comes in its place.
const $ = (id) => document.getElementById(id)
const say = (text) => { $("say").textContent = text }
const show = (id) => ["login", "link", "inside"].forEach((each) => { $(each).hidden = each !== id })

async function ask(method, path, body) {
	const answer = await fetch(path, { method, headers: { "Posbox-Lang": "mn", ...(body && { "Content-Type": "application/json" }) }, body: body && JSON.stringify(body) })
	const value = await answer.json()
	if (!answer.ok) throw Object.assign(new Error(`${value.text} ${value.hint}`), { code: value.code })
	return value
}

function told(form, send) {
	form.addEventListener("submit", async (e) => {
		e.preventDefault()
		try { await send(Object.fromEntries(new FormData(form))) } catch (err) { say(err.message) }
	})
}

async function inside() {
	const me = await ask("GET", "/api/me")
	const { companies } = await ask("GET", "/api/companies")
	$("state").replaceChildren()
	const row = (term, text) => {
		const t = document.createElement("dt"), d = document.createElement("dd")
		t.textContent = term; d.textContent = text
		$("state").append(t, d)
	}
	row(me.name, me.role)
	for (const c of companies) {
		row(c.name, `№ ${c.company}`)
		const { boxes } = await ask("GET", `/api/companies/${c.company}/boxes`)
		for (const b of boxes) row(b.box, `${b.state}, ${b.head}, ${new Date(b.seen).toLocaleString()}${b.alarms ? `, ⚠ ${b.alarms}` : ""}`)
	}
	say("Та нэвтэрсэн байна. Вэб программ удахгүй энд байна.")
	show("inside")
}

async function begin() {
	const link = new URLSearchParams(location.hash.slice(1)).get("link")
	if (!link) return inside().catch((err) => { say(err.code === "login.needed" ? "Нэвтэрнэ үү." : err.message); show("login") })
	const is = await ask("POST", "/api/links/look", { link })
	for (const [id, field, needed] of [["company", "company", is.needs_firm], ["name", "name", is.needs_name], ["chosen", "login", is.needs_login]]) {
		$(id).hidden = !needed
		$("link").elements[field].required = needed
	}
	say([is.company_name, is.name, is.login].filter(Boolean).join(" · ") || "Анхны эзний бүртгэл")
	show("link")
	told($("link"), async (fields) => {
		const body = { link, password: fields.password }
		if (is.needs_firm) body.company = fields.company
		if (is.needs_name) body.name = fields.name
		if (is.needs_login) body.login = fields.login
		await ask("POST", "/api/links/use", body)
		history.replaceState(null, "", "/")
		await inside()
	})
}

told($("login"), async (fields) => { await ask("POST", "/api/login", fields); await inside() })
$("logout").addEventListener("click", async () => { await ask("POST", "/api/logout"); location.reload() })
begin().catch((err) => { say(err.message); show("login") })
