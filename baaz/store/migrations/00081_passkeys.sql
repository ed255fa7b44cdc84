-- Passkeys: public keys by which people log in without a password.

-- +goose Up

-- passkey: id is what the authenticator calls it; body what is known of it (JSON).
CREATE TABLE passkey (
	company BIGINT NOT NULL,
	id      BYTEA  NOT NULL,
	person  BIGINT NOT NULL,
	name    TEXT   NOT NULL,
	body    BYTEA  NOT NULL,
	created BIGINT NOT NULL,
	seen    BIGINT NOT NULL,
	PRIMARY KEY (company, id)
);
CREATE INDEX passkey_of ON passkey (company, person);

-- ceremony is a challenge that has been answered: none is answered twice. It may go once it would be too old anyway.
CREATE TABLE ceremony (
	company BIGINT NOT NULL,
	hash    BYTEA  NOT NULL,
	at      BIGINT NOT NULL,
	PRIMARY KEY (company, hash)
);

-- +goose Down

DROP TABLE ceremony;
DROP TABLE passkey;
