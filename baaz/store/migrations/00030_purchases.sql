-- What each card customer has bought at each point, ever: the total that tiers count by.

-- +goose Up

CREATE TABLE purchases (
	company  BIGINT NOT NULL,
	customer TEXT   NOT NULL,
	point    BIGINT NOT NULL,
	sales    BIGINT NOT NULL,
	total    BIGINT NOT NULL CHECK (total BETWEEN -9000000000000000000 AND 9000000000000000000),
	PRIMARY KEY (company, customer, point)
);

-- +goose Down

DROP TABLE purchases;
