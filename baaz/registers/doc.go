// Package registers keeps BAAZ's master data: companies, locations, sales points, sellers, goods, customers and what
// else tills are told.
//
// Each register is a description (table.go): its fields with kinds and limits, how a row is named, for whom rows hold.
// Validation, what is stored, lists, search and the API's document follow from it; nothing is written twice.
//
// A row is stored as one JSON object with its fields in the order of the description, empty ones left out, so that equal
// rows are equal bytes. Every change has a version in its scope, and who made it when; nothing is ever forgotten. Who
// changes a row says which version was seen: if it has changed since, the answer is row.conflict with the row as it is.
package registers
