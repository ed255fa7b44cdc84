package store

// PasskeyRow is a public key by which a person logs in. Seen 0: never.
type PasskeyRow struct {
	ID            []byte
	Person        Person
	Name          string
	Body          []byte
	Created, Seen int64
}

// AddPasskey adds a passkey; false where it is there already.
func (t *Tx) AddPasskey(c Company, k PasskeyRow) (added bool, err error) {
	return added, t.rows(sqlPasskeyAdd, []any{int64(c), k.ID, int64(k.Person), k.Name, k.Body, k.Created, k.Seen}, func(func(...any) error) error {
		added = true
		return nil
	})
}

// PutPasskey writes what has changed of a passkey.
func (t *Tx) PutPasskey(c Company, k PasskeyRow) error {
	return t.exec(sqlPasskeyPut, int64(c), k.ID, k.Name, k.Body, k.Seen)
}

// DropPasskey takes a passkey away.
func (t *Tx) DropPasskey(c Company, id []byte) error { return t.exec(sqlPasskeyGone, int64(c), id) }

// DropPasskeys takes all passkeys of a person away.
func (t *Tx) DropPasskeys(c Company, p Person) error {
	return t.exec(sqlPasskeysGone, int64(c), int64(p))
}

// Passkeys lists the passkeys of a person, the oldest first.
func (t *Tx) Passkeys(c Company, p Person) (list []PasskeyRow, err error) {
	return list, t.rows(sqlPasskeys, []any{int64(c), int64(p)}, func(scan func(...any) error) error {
		k := PasskeyRow{Person: p}
		err := scan(&k.ID, &k.Name, &k.Body, &k.Created, &k.Seen)
		list = append(list, k)
		return err
	})
}

// UseCeremony notes that a challenge has been answered; false where it had been before. Those noted before a moment are
// forgotten.
func (t *Tx) UseCeremony(c Company, hash []byte, now, forget int64) (first bool, err error) {
	if err := t.exec(sqlCeremonyOld, int64(c), forget); err != nil {
		return false, err
	}
	return first, t.rows(sqlCeremonyAdd, []any{int64(c), hash, now}, func(func(...any) error) error {
		first = true
		return nil
	})
}
