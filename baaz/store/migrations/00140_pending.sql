-- Sums of goods and of customers, of which a day has thousands, are no rows any more: a batch adds all of its own as one value,
-- and a worker folds what has gathered. The migration after this one brings over what stands in sums and goods_by_day.

-- +goose Up

-- pending is what batches have added to folded sums and is not folded yet; size is that of data. The order of at says which name
-- of a good is the newest; salt keeps batches of one moment apart.
CREATE TABLE pending (
	company BIGINT NOT NULL,
	at      BIGINT NOT NULL,
	salt    BIGINT NOT NULL,
	size    BIGINT NOT NULL,
	data    BYTEA  NOT NULL,
	PRIMARY KEY (company, at, salt)
);

DROP TABLE folded;

-- folded holds the sums of one kind over a span, a day or a month, at a point, or at all of them where point is 0. What is
-- pending is to be added.
CREATE TABLE folded (
	company BIGINT NOT NULL,
	point   BIGINT NOT NULL,
	kind    TEXT   NOT NULL,
	span    TEXT   NOT NULL,
	data    BYTEA  NOT NULL,
	PRIMARY KEY (company, point, kind, span)
);

DELETE FROM sums WHERE kind = 'wrote';

-- +goose Down

DROP TABLE pending;
DROP TABLE folded;
CREATE TABLE folded (
	company BIGINT NOT NULL,
	point   BIGINT NOT NULL,
	kind    TEXT   NOT NULL,
	span    TEXT   NOT NULL,
	wrote   BIGINT NOT NULL,
	data    BYTEA  NOT NULL,
	PRIMARY KEY (company, point, kind, span)
);
