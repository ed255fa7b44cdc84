-- People, what they log in with, and what they did. Everybody's home is a company: one that sells, a vendor, or 0, BAAZ
-- itself, which is no row of table company; so people have no foreign key to it.
-- Secrets (of sessions, links, tokens) are kept as SHA-256 only. They name their company themselves, so that none of
-- them needs a directory: only log-in names do.

-- +goose Up

-- world says what a company is: company or vendor. vendor is the one that looks after it; 0: nobody.
ALTER TABLE company ADD COLUMN world TEXT NOT NULL DEFAULT 'company';
ALTER TABLE company ADD COLUMN vendor BIGINT NOT NULL DEFAULT 0;
CREATE INDEX company_of_vendor ON company (vendor, company);

-- person is somebody who may log in. state is invited, active or removed; login_hash is empty until they have a name.
CREATE TABLE person (
	company    BIGINT NOT NULL,
	person     BIGINT NOT NULL,
	login      TEXT   NOT NULL,
	login_hash BYTEA  NOT NULL,
	name       TEXT   NOT NULL,
	role       TEXT   NOT NULL,
	password   TEXT   NOT NULL,
	state      TEXT   NOT NULL,
	created    BIGINT NOT NULL,
	seen       BIGINT NOT NULL,
	PRIMARY KEY (company, person)
);
CREATE INDEX person_login ON person (company, login_hash);

CREATE TABLE session (
	company BIGINT NOT NULL,
	hash    BYTEA  NOT NULL,
	person  BIGINT NOT NULL,
	created BIGINT NOT NULL,
	seen    BIGINT NOT NULL,
	network TEXT   NOT NULL,
	agent   TEXT   NOT NULL,
	PRIMARY KEY (company, hash)
);
CREATE INDEX session_person ON session (company, person);

-- link lets somebody in once: the very first owner (person 0), an invited person, or one who has lost the password.
CREATE TABLE link (
	company BIGINT NOT NULL,
	hash    BYTEA  NOT NULL,
	person  BIGINT NOT NULL,
	expires BIGINT NOT NULL,
	used    BIGINT NOT NULL,
	PRIMARY KEY (company, hash)
);

-- token is what a program sends. expires 0: never.
CREATE TABLE token (
	company BIGINT NOT NULL,
	hash    BYTEA  NOT NULL,
	name    TEXT   NOT NULL,
	scopes  TEXT   NOT NULL,
	made_by TEXT   NOT NULL,
	created BIGINT NOT NULL,
	seen    BIGINT NOT NULL,
	expires BIGINT NOT NULL,
	PRIMARY KEY (company, hash)
);

-- audit is what was done, by whom: only ever added to. salt tells apart what happened in the same microsecond.
CREATE TABLE audit (
	company BIGINT NOT NULL,
	at      BIGINT NOT NULL,
	salt    BIGINT NOT NULL,
	person  BIGINT NOT NULL,
	who     TEXT   NOT NULL,
	action  TEXT   NOT NULL,
	subject TEXT   NOT NULL,
	detail  TEXT   NOT NULL,
	network TEXT   NOT NULL,
	PRIMARY KEY (company, at, salt)
);

CREATE TABLE directory_login (
	hash    BYTEA  NOT NULL,
	company BIGINT NOT NULL,
	PRIMARY KEY (hash)
);

-- +goose Down

DROP TABLE directory_login;
DROP TABLE audit;
DROP TABLE token;
DROP TABLE link;
DROP TABLE session;
DROP TABLE person;
DROP INDEX company_of_vendor;
ALTER TABLE company DROP COLUMN vendor;
ALTER TABLE company DROP COLUMN world;
