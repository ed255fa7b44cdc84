-- The tills of all companies as they are listed, found and counted: one row a sales point, kept by whatever changes what it
-- says. All of it follows from other tables and can be made again.

-- +goose Up

-- kind: 0 a box sells there, 1 the same and a shift was open when it spoke last, 2 its box is revoked, 3 there is none. at is
-- when the box was heard of last or, where there is none, when the last unused connection key ends (0: there is none).
-- firm and name are what the company and the point are sorted by, version what the box runs: bytes, which both engines
-- compare alike.
CREATE TABLE fleet (
	company BIGINT NOT NULL,
	point   BIGINT NOT NULL,
	vendor  BIGINT NOT NULL,
	kind    BIGINT NOT NULL,
	at      BIGINT NOT NULL,
	firm    BYTEA  NOT NULL,
	name    BYTEA  NOT NULL,
	version BYTEA  NOT NULL,
	box     BYTEA  NOT NULL,
	PRIMARY KEY (company, point),
	FOREIGN KEY (company, point) REFERENCES point (company, point)
);
CREATE INDEX fleet_box ON fleet (company, box);
CREATE INDEX fleet_firm ON fleet (firm, company, point);
CREATE INDEX fleet_name ON fleet (name, company, point);
CREATE INDEX fleet_version ON fleet (version, company, point);
CREATE INDEX fleet_kind ON fleet (kind, at, company, point);
CREATE INDEX fleet_vendor ON fleet (vendor, kind, at, company, point);

-- fleet_word holds what a till is found by: the words of its company, its point and its box's id.
CREATE TABLE fleet_word (
	company BIGINT NOT NULL,
	point   BIGINT NOT NULL,
	word    BYTEA  NOT NULL,
	PRIMARY KEY (company, point, word),
	FOREIGN KEY (company, point) REFERENCES point (company, point)
);
CREATE INDEX fleet_word_by ON fleet_word (word, company, point);

-- +goose Down

DROP TABLE fleet_word;
DROP TABLE fleet;
