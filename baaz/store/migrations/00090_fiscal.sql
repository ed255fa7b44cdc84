-- fiscal is what was asked of the tax office's service (e-barimt), one row a request, and what became of it. It follows from the
-- records and is written in the same transaction. A bill's rows in the order of asked are the chain of its receipts; holds is 1
-- where the tax office has the receipt now: neither cancelled nor replaced. open is 1 while something is still to be done. parts
-- is JSON: of each tax class total, VAT and city tax. before and after are lottery numbers left, -1: not known.

-- +goose Up

CREATE TABLE fiscal (
	company    BIGINT NOT NULL,
	box        BYTEA  NOT NULL,
	bill       TEXT   NOT NULL,
	asked      BIGINT NOT NULL,
	point      BIGINT NOT NULL,
	shift      BIGINT NOT NULL,
	local      TEXT   NOT NULL,
	at         BIGINT NOT NULL,
	job        TEXT   NOT NULL,
	attempt    BIGINT NOT NULL,
	back       TEXT   NOT NULL,
	parts      TEXT   NOT NULL,
	state      TEXT   NOT NULL,
	settled    BIGINT NOT NULL,
	settled_at BIGINT NOT NULL,
	number     TEXT   NOT NULL,
	date       TEXT   NOT NULL,
	message    TEXT   NOT NULL,
	expected   TEXT   NOT NULL,
	given      TEXT   NOT NULL,
	before     BIGINT NOT NULL,
	after      BIGINT NOT NULL,
	decided_by TEXT   NOT NULL,
	holds      BIGINT NOT NULL,
	open       BIGINT NOT NULL,
	PRIMARY KEY (company, box, bill, asked)
);
CREATE INDEX fiscal_open ON fiscal (company, local, box, asked) WHERE open = 1;

-- +goose Down

DROP TABLE fiscal;
