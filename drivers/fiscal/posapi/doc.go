// Package posapi speaks to PosAPI 3.0, the tax office's service that issues receipts (e-barimt).
//
// What it drives: a local HTTP service without log-in, by default http://127.0.0.1:7080, or one on the shop's network.
//
//	POST   /rest/receipt            issue; may take tens of seconds while the service talks to the tax office
//	DELETE /rest/receipt            cancel, with a JSON body {id, date}
//	GET    /rest/info               state, merchants, permitted payment codes, lotteries left
//	GET    /rest/sendData           send what is unsent now
//	GET    /rest/bankAccounts?tin=  accounts that may stand on invoices
//
// There is no way to read a receipt back and no idempotency key: after a time-out nobody here knows whether a receipt was
// issued. So a POST and a DELETE go out at most once: every one has a connection of its own, nothing is retried, no
// redirect is followed; and what failed before the request could have left is told apart from what failed afterwards.
//
// Sources: the developer portal's OpenAPI of PosAPI 3.0; "POS API 3.0.1" user manual (2023); answers of the staging
// service 3.2.35 to 3.2.39.
package posapi
