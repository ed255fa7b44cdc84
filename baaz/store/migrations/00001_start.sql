-- The same text runs on SQLite and PostgreSQL, and on Citus: every table carries its company, and company is in every
-- primary key, unique index and foreign key. Tables named directory_… are small reference tables of hashes.
-- Numbers are BIGINT, money is möngö, times are UTC microseconds, hashes and raw records are BYTEA. Nothing is NULL:
-- an empty text, an empty hash and 0 say "none".

-- +goose Up

CREATE TABLE company (
	company BIGINT NOT NULL,
	name    TEXT   NOT NULL,
	created BIGINT NOT NULL,
	PRIMARY KEY (company)
);

-- secret holds what the server itself must know; company 0 is BAAZ: "sign" is the key that signs its answers.
CREATE TABLE secret (
	company BIGINT NOT NULL,
	name    TEXT   NOT NULL,
	value   BYTEA  NOT NULL,
	PRIMARY KEY (company, name)
);

-- point is a sales point. box has the issuing rights; epoch counts the boxes that have joined.
CREATE TABLE point (
	company    BIGINT NOT NULL,
	point      BIGINT NOT NULL,
	name       TEXT   NOT NULL,
	epoch      BIGINT NOT NULL,
	box        BYTEA  NOT NULL,
	next_shift BIGINT NOT NULL,
	created    BIGINT NOT NULL,
	PRIMARY KEY (company, point),
	FOREIGN KEY (company) REFERENCES company (company)
);

-- connection_key is a one-time key with which one box joins one point. proof is what both sides derive from the key.
CREATE TABLE connection_key (
	company BIGINT NOT NULL,
	hash    BYTEA  NOT NULL,
	proof   BYTEA  NOT NULL,
	point   BIGINT NOT NULL,
	created BIGINT NOT NULL,
	expires BIGINT NOT NULL,
	used    BIGINT NOT NULL,
	box     BYTEA  NOT NULL,
	joined  BYTEA  NOT NULL,
	PRIMARY KEY (company, hash),
	FOREIGN KEY (company, point) REFERENCES point (company, point)
);

-- box is a box and the durable head of its chain. learned is the sequence at which it learned of its replacement.
CREATE TABLE box (
	company    BIGINT NOT NULL,
	box        BYTEA  NOT NULL,
	public_key BYTEA  NOT NULL,
	point      BIGINT NOT NULL,
	epoch      BIGINT NOT NULL,
	state      TEXT   NOT NULL,
	head_seq   BIGINT NOT NULL,
	head_hash  BYTEA  NOT NULL,
	learned    BIGINT NOT NULL,
	joined     BIGINT NOT NULL,
	seen       BIGINT NOT NULL,
	PRIMARY KEY (company, box),
	FOREIGN KEY (company, point) REFERENCES point (company, point)
);

-- record is a fact as its box sent it: the authority from which everything below can be made again. It has no foreign
-- key: the chain check under the box's row lock says more, and a lookup a record would cost a third of the ingest.
CREATE TABLE record (
	company  BIGINT NOT NULL,
	box      BYTEA  NOT NULL,
	seq      BIGINT NOT NULL,
	point    BIGINT NOT NULL,
	kind     TEXT   NOT NULL,
	received BIGINT NOT NULL,
	late     BIGINT NOT NULL,
	hash     BYTEA  NOT NULL,
	raw      BYTEA  NOT NULL,
	PRIMARY KEY (company, box, seq)
);

-- problem is a record that was kept and could not be counted.
CREATE TABLE problem (
	company BIGINT NOT NULL,
	box     BYTEA  NOT NULL,
	seq     BIGINT NOT NULL,
	code    TEXT   NOT NULL,
	detail  TEXT   NOT NULL,
	at      BIGINT NOT NULL,
	PRIMARY KEY (company, box, seq)
);

-- quarantine holds records that are not in the chain of their box: forks, and what a replaced box made after it knew.
CREATE TABLE quarantine (
	company BIGINT NOT NULL,
	box     BYTEA  NOT NULL,
	seq     BIGINT NOT NULL,
	hash    BYTEA  NOT NULL,
	why     TEXT   NOT NULL,
	at      BIGINT NOT NULL,
	raw     BYTEA  NOT NULL,
	PRIMARY KEY (company, box, seq, hash)
);

-- alarm is what a person must look at: one row for a box and a kind, counted.
CREATE TABLE alarm (
	company BIGINT NOT NULL,
	box     BYTEA  NOT NULL,
	kind    TEXT   NOT NULL,
	detail  TEXT   NOT NULL,
	times   BIGINT NOT NULL,
	first   BIGINT NOT NULL,
	last    BIGINT NOT NULL,
	PRIMARY KEY (company, box, kind)
);

-- The rollups follow from the records and are written in the same transaction. Their keys contain the sales point, so
-- that one row has one writer chain; sums over points are made on reading. The bounds keep a sum from wrapping round:
-- SQLite would go on as a float.
CREATE TABLE sales_by_day (
	company  BIGINT NOT NULL,
	point    BIGINT NOT NULL,
	day      TEXT   NOT NULL,
	sales    BIGINT NOT NULL,
	late     BIGINT NOT NULL,
	gross    BIGINT NOT NULL CHECK (gross BETWEEN -9000000000000000000 AND 9000000000000000000),
	discount BIGINT NOT NULL CHECK (discount BETWEEN -9000000000000000000 AND 9000000000000000000),
	total    BIGINT NOT NULL CHECK (total BETWEEN -9000000000000000000 AND 9000000000000000000),
	vat      BIGINT NOT NULL CHECK (vat BETWEEN -9000000000000000000 AND 9000000000000000000),
	city_tax BIGINT NOT NULL CHECK (city_tax BETWEEN -9000000000000000000 AND 9000000000000000000),
	PRIMARY KEY (company, point, day)
);

CREATE TABLE tenders_by_day (
	company BIGINT NOT NULL,
	point   BIGINT NOT NULL,
	day     TEXT   NOT NULL,
	tender  TEXT   NOT NULL,
	times   BIGINT NOT NULL,
	amount  BIGINT NOT NULL CHECK (amount BETWEEN -9000000000000000000 AND 9000000000000000000),
	PRIMARY KEY (company, point, day, tender)
);

CREATE TABLE goods_by_day (
	company  BIGINT NOT NULL,
	point    BIGINT NOT NULL,
	day      TEXT   NOT NULL,
	good     TEXT   NOT NULL,
	name     TEXT   NOT NULL,
	lines    BIGINT NOT NULL,
	quantity BIGINT NOT NULL CHECK (quantity BETWEEN -9000000000000000000 AND 9000000000000000000),
	total    BIGINT NOT NULL CHECK (total BETWEEN -9000000000000000000 AND 9000000000000000000),
	PRIMARY KEY (company, point, day, good)
);

-- The directories say to which company a stranger's hash belongs: all else can then be asked within that company.
CREATE TABLE directory_key (
	hash    BYTEA  NOT NULL,
	company BIGINT NOT NULL,
	PRIMARY KEY (hash)
);

CREATE TABLE directory_box (
	hash    BYTEA  NOT NULL,
	company BIGINT NOT NULL,
	PRIMARY KEY (hash)
);

-- +goose Down

DROP TABLE directory_box;
DROP TABLE directory_key;
DROP TABLE goods_by_day;
DROP TABLE tenders_by_day;
DROP TABLE sales_by_day;
DROP TABLE alarm;
DROP TABLE quarantine;
DROP TABLE problem;
DROP TABLE record;
DROP TABLE box;
DROP TABLE connection_key;
DROP TABLE point;
DROP TABLE secret;
DROP TABLE company;
