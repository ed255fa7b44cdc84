-- What reports are read from beside the other rollups: all of it follows from the records and is written in the same
-- transaction.

-- +goose Up

-- sums adds up one kind of thing (good, category, hour, tax class, customer; what is what: store.SumKind) by key over a
-- span, a day ("2026-11-23") or a month ("2026-11"), at a point, or at all of them where point is 0. So a year over all
-- points is read from twelve rows a key. Goods by point and day stand in goods_by_day only.
CREATE TABLE sums (
	company  BIGINT NOT NULL,
	point    BIGINT NOT NULL,
	kind     TEXT   NOT NULL,
	span     TEXT   NOT NULL,
	key      TEXT   NOT NULL,
	name     TEXT   NOT NULL,
	times    BIGINT NOT NULL,
	quantity BIGINT NOT NULL CHECK (quantity BETWEEN -9000000000000000000 AND 9000000000000000000),
	total    BIGINT NOT NULL CHECK (total BETWEEN -9000000000000000000 AND 9000000000000000000),
	vat      BIGINT NOT NULL CHECK (vat BETWEEN -9000000000000000000 AND 9000000000000000000),
	city_tax BIGINT NOT NULL CHECK (city_tax BETWEEN -9000000000000000000 AND 9000000000000000000),
	PRIMARY KEY (company, point, kind, span, key)
);

-- sale lists sales in the order of the shop's day and clock: the way from a sum down to its receipts.
CREATE TABLE sale (
	company  BIGINT NOT NULL,
	day      TEXT   NOT NULL,
	at       TEXT   NOT NULL,
	box      BYTEA  NOT NULL,
	seq      BIGINT NOT NULL,
	point    BIGINT NOT NULL,
	shift    BIGINT NOT NULL,
	number   BIGINT NOT NULL,
	seller   TEXT   NOT NULL,
	customer TEXT   NOT NULL,
	tender   TEXT   NOT NULL,
	lines    BIGINT NOT NULL,
	total    BIGINT NOT NULL,
	PRIMARY KEY (company, day, at, box, seq)
);

-- shift is a shift of a box; closed 0: it is open, or its end has not arrived. What stands behind closed is of its Z report.
CREATE TABLE shift (
	company        BIGINT NOT NULL,
	box            BYTEA  NOT NULL,
	opened         BIGINT NOT NULL,
	point          BIGINT NOT NULL,
	shift          BIGINT NOT NULL,
	day            TEXT   NOT NULL,
	opened_at      TEXT   NOT NULL,
	opened_by      TEXT   NOT NULL,
	closed         BIGINT NOT NULL,
	closed_at      TEXT   NOT NULL,
	closed_by      TEXT   NOT NULL,
	bills          BIGINT NOT NULL,
	total          BIGINT NOT NULL,
	expected       BIGINT NOT NULL,
	counted        BIGINT NOT NULL,
	difference     BIGINT NOT NULL,
	counts         BIGINT NOT NULL,
	removed        BIGINT NOT NULL,
	removed_amount BIGINT NOT NULL,
	drawer_opened  BIGINT NOT NULL,
	copies         BIGINT NOT NULL,
	overrides      BIGINT NOT NULL,
	PRIMARY KEY (company, box, opened)
);
CREATE INDEX shift_of_day ON shift (company, day, point);

-- incident is what an owner looks at beside the sales: goods taken out, copies, the drawer opened, leave given in place.
CREATE TABLE incident (
	company  BIGINT NOT NULL,
	day      TEXT   NOT NULL,
	at       BIGINT NOT NULL,
	box      BYTEA  NOT NULL,
	seq      BIGINT NOT NULL,
	point    BIGINT NOT NULL,
	shift    BIGINT NOT NULL,
	kind     TEXT   NOT NULL,
	seller   TEXT   NOT NULL,
	approver TEXT   NOT NULL,
	reason   TEXT   NOT NULL,
	what     TEXT   NOT NULL,
	amount   BIGINT NOT NULL,
	PRIMARY KEY (company, day, at, box, seq)
);

-- +goose Down

DROP TABLE incident;
DROP TABLE shift;
DROP TABLE sale;
DROP TABLE sums;
