-- handover has one row a return of goods that another point has sold: box and seq name the return's record, place is its point.
-- point is the one that sold and has to report it. state is one of wire's words; taker is the box of that point that has
-- taken it, taken the sequence of its record, asked that of its request to the tax office, number what became of it. Who and
-- what follows from the records.

-- +goose Up

CREATE TABLE handover (
	company BIGINT NOT NULL,
	box     BYTEA  NOT NULL,
	seq     BIGINT NOT NULL,
	point   BIGINT NOT NULL,
	bill    TEXT   NOT NULL,
	back    TEXT   NOT NULL,
	place   BIGINT NOT NULL,
	local   TEXT   NOT NULL,
	at      BIGINT NOT NULL,
	state   TEXT   NOT NULL,
	taker   BYTEA  NOT NULL,
	taken   BIGINT NOT NULL,
	asked   BIGINT NOT NULL,
	number  TEXT   NOT NULL,
	PRIMARY KEY (company, box, seq)
);
CREATE INDEX handover_waits ON handover (company, point, at, box, seq) WHERE state = 'waits';
CREATE INDEX handover_asked ON handover (company, taker, asked);

-- +goose Down

DROP TABLE handover;
