// Package central keeps on the box what BAAZ has sent down, and says what follows from it.
//
// Goods and customers go into the catalogue: a snapshot becomes a new file that is swapped in, a page of changes a single
// edit. Everything else is little: it is held in memory and in one file, DIR/central.json, which is written whole,
// flushed and renamed, with the version up to which each scope has come. The catalogue is always written first. So after a
// power cut a page may be applied once more, which changes nothing, and never be missed.
//
// The catalogue remembers from which snapshot it was built (its mark). If that is not the one that central.json speaks of
// - a damaged file gave way to an empty one, somebody put another folder there - the goods are asked for anew.
//
// A company that has no goods in BAAZ yet keeps no goods there: a till that has joined sells what it had, until BAAZ has
// the first good.
//
// A row that this program cannot use is left out and told; the rest holds. BAAZ's settings that do not fit are left out
// by whoever composes them.
package central
