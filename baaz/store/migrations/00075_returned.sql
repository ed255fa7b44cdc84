-- +goose Up

-- returned finds the returns of a sale: point and bill are the sale's, box and seq the return's record. It follows from the
-- records.
CREATE TABLE returned (
	company BIGINT NOT NULL,
	point   BIGINT NOT NULL,
	bill    TEXT   NOT NULL,
	box     BYTEA  NOT NULL,
	seq     BIGINT NOT NULL,
	PRIMARY KEY (company, point, bill, box, seq)
);

-- return_claim keeps the goods of a sale for one box until a time, so that two tills do not take them back at once.
CREATE TABLE return_claim (
	company BIGINT NOT NULL,
	point   BIGINT NOT NULL,
	bill    TEXT   NOT NULL,
	box     BYTEA  NOT NULL,
	until   BIGINT NOT NULL,
	PRIMARY KEY (company, point, bill)
);

-- +goose Down

DROP TABLE return_claim;
DROP TABLE returned;
