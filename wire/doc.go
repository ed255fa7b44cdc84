// Package wire is what a box and BAAZ say to each other. README.md beside it is normative, with a worked example in hex
// that a test of this package checks.
//
// Everything here is pure: bytes in, values out, no network, no clock. Whatever it reads may come from a stranger.
package wire
