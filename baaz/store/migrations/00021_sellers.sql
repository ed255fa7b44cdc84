-- What each seller has sold, beside the other rollups; and the ways in which people read those.

-- +goose Up

CREATE TABLE sellers_by_day (
	company BIGINT NOT NULL,
	point   BIGINT NOT NULL,
	day     TEXT   NOT NULL,
	seller  TEXT   NOT NULL,
	name    TEXT   NOT NULL,
	sales   BIGINT NOT NULL,
	total   BIGINT NOT NULL CHECK (total BETWEEN -9000000000000000000 AND 9000000000000000000),
	PRIMARY KEY (company, point, day, seller)
);

-- +goose Down

DROP TABLE sellers_by_day;
