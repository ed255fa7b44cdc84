package store

// Person names a person within their home, from 1; 0 is nobody.
type Person int64
