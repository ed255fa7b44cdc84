// Package catalog keeps the shop's goods and card customers on disk and finds them for the till.
//
// # The file
//
// Everything is in one bbolt file, DIR/catalog.db, which is never written in place. A writer (Import, Build, Merge,
// SetCustomers) sorts what it brings (sorter.go), lays it over the single edits and over the old file (layer.go), and writes
// the outcome page by page into catalog.new, in one go (tree.go), whether the shop was empty or not. That is sealed, synced,
// renamed over catalog.db, and the folder synced. So a till may sell from the old file while a new one is built:
// Store.Refresh notices the new one. Two writers keep each other out by catalog.lock.
//
// Buckets (format 1):
//
//	meta       "format" → "1", "goods" → number of goods in decimal, "edits" → number of the last single edit within,
//	           "mark" → Snapshot.Mark
//	goods      code → pos/catalog.Good as JSON
//	barcodes   barcode 00 code → nothing
//	customers  code → pos/loyalty.Customer as JSON
//	cards      card 00 code → nothing
//
// # Damage, and selling before all is proved
//
// Behind bbolt's last page stands a seal (seal.go): a sum of each page, and a SHA-256 over those sums. The file is read
// without bbolt (pages.go), because bbolt maps it and trusts its pages: a damaged one can make it panic, read beyond the
// end of the file (SIGBUS) or recurse until the process dies. Here every page is compared with its sum each time that it
// comes from the disk.
//
// So opening proves the seal only, and takes the same few milliseconds for a thousand goods and a million. The till may
// sell at once, before most of the file has been looked at, because each answer comes out of pages that were proved on
// the way to it: a good is what was written, "there is no such barcode" is true, and a damaged page is
// fault.CatalogDamaged for the goods that stand in it, never a wrong price. What selling early can miss is only that
// other goods are damaged. That is found in the background, where all pages are read once for the names and once more for
// the sums, and told by Store.Problem; goods in whole pages go on being sold. Files up to 8 MiB are proved as a whole at
// once. A CRC-32C misses one random damage in four thousand million; whoever wants to forge prices could compute it, and
// could as well compute a SHA-256.
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
// Search finds goods by parts of words, whatever alphabet they are typed in; fold.go says how letters fold, find.go how a
// query is answered. The folded names are held in memory, in an index of a few arrays without pointers (index.go), and
// built in the background, so that scanning works as soon as the file is open. Until the index of a new file is built,
// that of the one before it answers. Customers have an index of the same kind.
package catalog
