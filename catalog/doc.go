// Package catalog keeps the shop's goods and card customers on disk and finds them for the till.
//
// # The file
//
// Everything is in one bbolt file, DIR/catalog.db, which is never written in place. A writer (Import, SetCustomers)
// copies it to catalog.work, changes the copy, compacts that into catalog.new, seals it, syncs it, renames it over
// catalog.db and syncs the folder. So a till may sell from the old file while a new one is built: Store.Refresh notices
// the new one. Two writers keep each other out by catalog.lock.
//
// Buckets (format 1):
//
//	meta       "format" → "1", "goods" → number of goods in decimal, "edits" → number of the last single edit within
//	goods      code → pos/catalog.Good as JSON
//	barcodes   barcode 00 code → nothing
//	customers  code → pos/loyalty.Customer as JSON
//	cards      card 00 code → nothing
//
// After bbolt's last page stands a seal of 48 bytes: "posbox-catalog-1" and the SHA-256 of all bytes before it. It is
// checked before bbolt sees the file, because bbolt trusts its pages: a damaged one can make it panic, read beyond the
// end of the file (SIGBUS) or recurse until the process dies. Damage that comes later, under an open file, is caught
// around every access.
//
// # Single edits
//
// A good or customer that a person changes at the till does not rewrite the file: Store.Put and Store.PutCustomer append
// it to DIR/catalog.edits (edits.go), sync that, and keep it in memory over the file (overlay.go). Edits are numbered.
// Every writer of catalog.db takes in those that it finds when it begins, under what it itself brings, and notes the
// number of the last; whatever is not above that number counts no more. So what an import mentions wins over edits made
// before it began, edits that it does not mention survive, and later ones lie over it, wherever the power is cut.
//
// # Names
//
// Search finds goods by parts of words, whatever alphabet they are typed in; fold.go says how letters fold. The folded
// names are held in memory and built in the background, so that scanning works as soon as the file is open.
package catalog
