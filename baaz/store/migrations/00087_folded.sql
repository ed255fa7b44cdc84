-- Sums of days and months that are over, folded into one value each: a year of thousands of goods is read from some dozens
-- of rows then. All of it follows from table sums and can be made again.

-- +goose Up

-- folded holds all rows of sums (of goods by day: of the company) of one kind and span at a point. It counts as long as the
-- span has been written as often as wrote says: the row of kind "wrote" in sums, point 0, counts that.
CREATE TABLE folded (
	company BIGINT NOT NULL,
	point   BIGINT NOT NULL,
	kind    TEXT   NOT NULL,
	span    TEXT   NOT NULL,
	wrote   BIGINT NOT NULL,
	data    BYTEA  NOT NULL,
	PRIMARY KEY (company, point, kind, span)
);

-- +goose Down

DROP TABLE folded;
DELETE FROM sums WHERE kind = 'wrote';
