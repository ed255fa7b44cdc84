package store

// Setting tells how PostgreSQL is set in this session.
func (t *Tx) Setting(name string) (value string, err error) {
	return value, t.row(`SELECT current_setting($1)`, []any{name}, &value)
}
