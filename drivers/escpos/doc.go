// Package escpos drives receipt printers that speak ESC/POS: pictures, cutter, cash drawer, status, and proof of print.
//
// # Frames sent
//
// Numbers in hex; x is bytes of width, y dots of height, both little-endian.
//
//	1B 40                          ESC @     reset modes and the print buffer; the receive buffer stays
//	1D 76 30 00 xL xH yL yH data   GS v 0    raster rows, most significant bit leftmost, 1 is black
//	1D 28 6B pL pH 31 fn …         GS ( k    QR: 41 model, 43 module size, 45 correction, 50 store, 51 print
//	1B 64 n                        ESC d     print and feed n lines
//	1D 56 41|42 n                  GS V      feed to the cutter plus n units, then cut fully | partially
//	1B 70 m t1 t2                  ESC p     drawer pulse: m 0 pin 2, 1 pin 5; on t1×2 ms, off t2×2 ms
//	10 14 01 m t                   DLE DC4   drawer pulse at once, t×100 ms, t 1 to 8
//	10 04 n                        DLE EOT   status at once: 1 printer, 2 offline cause, 3 error cause, 4 paper
//	10 05 n                        DLE ENQ   at once: 1 go on after an error, 2 clear the buffers and go on
//	1D 61 n                        GS a      send status by itself on every change
//	1D 28 48 06 00 30 30 d1…d4     GS ( H    send d1…d4 (each 20 to 7E) when all before it is printed
//	1D 72 01                       GS r      send the paper status when its turn comes
//
// DLE commands act on receipt, even when printing stands still; all others wait their turn in the receive buffer. Some
// models also act on 10 04 inside picture data, others on none of it; this driver sends DLE commands only between whole
// commands.
//
// # Frames received
//
//	37 22 d1 d2 d3 d4 00   answer to GS ( H
//	b, b&93 = 12           answer to DLE EOT; it does not say which: they are told apart by their order
//	b, b&90 = 00           answer to GS r
//	b0 b1 b2 b3            status by itself: b0&93 = 10, the others &90 = 00
//	5F text 00             answer to GS I
//	11, 13                 XON, XOFF: may stand anywhere on serial lines; ignored
//
// # Proof
//
// A receipt is printed when the printer says so: never because its bytes were written, nor because DLE EOT was answered.
// The page is sent in bands that end where Page.Breaks allow it. After each comes GS ( H with a fresh id, then GS r. An
// answered id proves its band and all before it on this connection; any other id is ignored. A printer that answers
// GS r and has never answered GS ( H (TM-T88III and older, clones) proves by the number of its GS r answers. One that
// answers neither cannot prove; its receipts end in printer.silent.
//
// Paper out and open cover on a live connection: the printer keeps what it has and goes on when it is cured, so nothing
// is sent twice. Connection lost, or silence: reconnect, DLE ENQ 2, ESC @, the mark page, then the bands after the last
// proven one.
//
// # Limits and timing
//
// No more bytes than Options.Buffer are under way unproven, so that DLE commands always find room in the printer: a
// drawer must open while paper is out. A lost connection may leave the printer inside a picture; then zeros are sent to
// fill it up (white dots; outside a picture printers ignore them).
// Status reaches OnStatus within 1 s: GS a where the printer knows it, and DLE EOT about every 300 ms of silence.
//
// # Variants
//
// Models without GS ( H: up to TM-T88III. ASB ends at ESC @, so GS a follows each. Drawer pin 3 has no agreed meaning:
// Options.DrawerSwitch. Star printers in their own mode speak another language and answer nothing here.
//
// # Sources
//
// Epson ESC/POS command reference: ESC @, ESC p, GS a, GS r, GS v 0, GS ( H fn 48, GS ( k fn 165 to 181, DLE EOT,
// DLE ENQ, DLE DC4 fn 1. Samsung SRP-275 and HPRT TP80K manuals (GS a, ASB bytes). Reply bytes cross-checked with
// python-escpos (test_function_qr_native.py and its status tests) and the crate hardless_http_dialects.
package escpos
