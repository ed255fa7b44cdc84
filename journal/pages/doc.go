// Package pages reads a bbolt file with no bbolt: by io.ReaderAt alone, so that a damaged or truncated file ends in an
// error that names a page, never in a fault, a panic or an endless loop.
//
// It is the reader behind "posd check", and what a program that recomputes the journal's chain stands on: bbolt maps
// the file into memory, trusts every number in it, and panics or dies by SIGBUS where one is wrong. It shares no code
// with bbolt and never writes.
//
// # What it finds and what it does not
//
// Walk finds damage of structure: page headers, element tables, bucket headers, key order, the freelist, and the
// account of pages (each is reached once, free, or a meta). It does not know what a value, or a key that still stands
// in order, ought to be: the journal's hash chain tells that. Three things look like content from here and are left to
// the chain as well: the length of the last value of a leaf, when it grows into the unused end of the page; the
// sequence counter of a bucket; and the mark that a nested bucket kept inline is a bucket and not a value.
// With no freelist in the file, pages that nobody reaches cannot be told from free ones, and a page number that was
// changed into that of a page let go earlier leads to older content.
//
// A page that is "neither reached nor on the freelist" holds no data that anyone misses: it is room lost for good.
// bbolt v1.5.0 can make such pages itself, when a transaction deletes a bucket that it has changed. They are reported
// all the same, as bbolt's own check does, because some wrong counts and flags show in no other way.
//
// A file must not be written while it is read here: use sealed files, or the file of a stopped daemon.
//
// # The file
//
// The format is bbolt's version 2, as written by go.etcd.io/bbolt v1.5.0 on a little-endian machine (all that we
// build for). Numbers are unsigned, little endian; offsets and widths are in bytes. The file is a row of pages of one
// size, a power of two from 512 to 65536; page n begins at n × page size. Pages 0 and 1 are the metas. Pages are
// copied on write: a transaction writes fresh pages, then, last, the meta numbered transaction mod 2. So one of the
// two metas always describes a whole tree.
//
// Page header, 16 bytes:
//
//	offset  width  field
//	     0      8  id        number of this page; 0 in an inline page
//	     8      2  flags     1 branch, 2 leaf, 4 meta, 16 freelist; exactly one
//	    10      2  count     elements on the page
//	    12      4  overflow  further pages that belong to this one; they have no header of their own
//
// Meta, at offset 16 of pages 0 and 1:
//
//	offset  width  field
//	     0      4  magic      ED0CDAEDh
//	     4      4  version    2
//	     8      4  page size
//	    12      4  flags      unused, 0
//	    16      8  root       page of the root bucket, whose elements are the top-level buckets
//	    24      8  sequence   unused
//	    32      8  freelist   page of the freelist, or FFFFFFFFFFFFFFFFh: not kept in the file
//	    40      8  high       high-water mark: pages from here on have never been used
//	    48      8  txid       transaction that wrote this meta; the higher valid one counts
//	    56      8  checksum   FNV-1a, 64 bits, of the 56 bytes before
//
// Branch element, 16 bytes each, count of them from offset 16 of the page:
//
//	offset  width  field
//	     0      4  pos        of the key, counted from the begin of this element
//	     4      4  key size   1 to 32768
//	     8      8  child      page whose keys are ≥ this key and < the next element's
//
// Leaf element, 16 bytes each, likewise:
//
//	offset  width  field
//	     0      4  flags      0 a value, 1 the value is a bucket
//	     4      4  pos        of the key, counted from the begin of this element; the value follows the key
//	     8      4  key size   1 to 32768
//	    12      4  value size
//
// Keys (and values) follow the element table in element order, without gaps. A page has exactly as many overflow
// pages as that needs; the unused end is zero. Only the root bucket may be an empty leaf.
//
// Bucket, the value of a leaf element with flag 1:
//
//	offset  width  field
//	     0      8  root       page of the bucket's tree, or 0: an inline page follows
//	     8      8  sequence   the bucket's own counter
//	    16         inline     one leaf page (id 0, overflow 0) with no buckets on it, to the end of the value
//
// Freelist: page header, then count page numbers of 8 bytes, ascending. With count FFFFh the first 8 bytes are the
// true count. Some room may be left over.
package pages
