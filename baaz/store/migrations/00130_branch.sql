-- A branch is another history under a box's name that a person has said is true as well: what a clone has sold, or a disk
-- that was restored from an old copy. It is kept like the chain of a box of its own, which goes on behind seq and hash of
-- its trunk; its records are the bytes that were sent, under the trunk's name.

-- +goose Up

CREATE TABLE branch (
	company BIGINT NOT NULL,
	box     BYTEA  NOT NULL,
	trunk   BYTEA  NOT NULL,
	seq     BIGINT NOT NULL,
	hash    BYTEA  NOT NULL,
	opened  BIGINT NOT NULL,
	PRIMARY KEY (company, box),
	FOREIGN KEY (company, box) REFERENCES box (company, box),
	FOREIGN KEY (company, trunk) REFERENCES box (company, box)
);

-- +goose Down

DROP TABLE branch;
