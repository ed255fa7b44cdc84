-- Master data: what BAAZ keeps for the tills. A scope ("7", "7.group.north", "7.point.3") is a part of a company's
-- master data with versions of its own. Keys are bytes (register, zero, code), so that both engines sort them alike.

-- +goose Up

-- master_scope counts the changes of a scope; chain is the hash over all of them, rows how many rows it holds.
CREATE TABLE master_scope (
	company BIGINT NOT NULL,
	scope   TEXT   NOT NULL,
	version BIGINT NOT NULL,
	chain   BYTEA  NOT NULL,
	rows    BIGINT NOT NULL,
	changed BIGINT NOT NULL,
	PRIMARY KEY (company, scope)
);

-- master_row is a row of a register as it is now. sort is the collation key of its name, folded what is searched in.
CREATE TABLE master_row (
	company  BIGINT NOT NULL,
	scope    TEXT   NOT NULL,
	row_key  BYTEA  NOT NULL,
	register TEXT   NOT NULL,
	version  BIGINT NOT NULL,
	sort     BYTEA  NOT NULL,
	folded   TEXT   NOT NULL,
	body     BYTEA  NOT NULL,
	PRIMARY KEY (company, scope, row_key)
);
CREATE INDEX master_row_listed ON master_row (company, register, sort, scope, row_key);

-- master_change is every change there ever was: what tills take, and the history of each row.
CREATE TABLE master_change (
	company BIGINT NOT NULL,
	scope   TEXT   NOT NULL,
	version BIGINT NOT NULL,
	row_key BYTEA  NOT NULL,
	gone    BIGINT NOT NULL,
	body    BYTEA  NOT NULL,
	chain   BYTEA  NOT NULL,
	at      BIGINT NOT NULL,
	who     TEXT   NOT NULL,
	PRIMARY KEY (company, scope, version)
);
CREATE INDEX master_change_of ON master_change (company, scope, row_key, version);

-- master_mark is what must mean one row only: a barcode, a card. mark is its kind, zero, text.
CREATE TABLE master_mark (
	company BIGINT NOT NULL,
	mark    BYTEA  NOT NULL,
	scope   TEXT   NOT NULL,
	row_key BYTEA  NOT NULL,
	PRIMARY KEY (company, mark)
);

-- master_snapshot is a file with all rows of a scope at a version; it follows from the rows and can be made again.
CREATE TABLE master_snapshot (
	company BIGINT NOT NULL,
	scope   TEXT   NOT NULL,
	version BIGINT NOT NULL,
	chain   BYTEA  NOT NULL,
	hash    BYTEA  NOT NULL,
	size    BIGINT NOT NULL,
	raw     BIGINT NOT NULL,
	rows    BIGINT NOT NULL,
	PRIMARY KEY (company, scope, version)
);

CREATE TABLE master_snapshot_part (
	company BIGINT NOT NULL,
	scope   TEXT   NOT NULL,
	version BIGINT NOT NULL,
	part    BIGINT NOT NULL,
	data    BYTEA  NOT NULL,
	PRIMARY KEY (company, scope, version, part)
);

-- +goose Down

DROP TABLE master_snapshot_part;
DROP TABLE master_snapshot;
DROP TABLE master_mark;
DROP TABLE master_change;
DROP TABLE master_row;
DROP TABLE master_scope;
