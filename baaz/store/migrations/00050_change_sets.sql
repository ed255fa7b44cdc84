-- Changes of many rows that one person made at once: a file that was imported, a field set in all rows of a list. They
-- may have been written in several transactions; each part is a run of versions of one scope.

-- +goose Up

-- change_set: set_id is the UTC µs at which it began, made unique. undoes: the set whose former values it puts back;
-- undone: the set that has done so with this one.
CREATE TABLE change_set (
	company  BIGINT NOT NULL,
	set_id   BIGINT NOT NULL,
	register TEXT   NOT NULL,
	kind     TEXT   NOT NULL,
	who      TEXT   NOT NULL,
	subject  TEXT   NOT NULL,
	rows     BIGINT NOT NULL,
	undoes   BIGINT NOT NULL,
	undone   BIGINT NOT NULL,
	PRIMARY KEY (company, set_id)
);

CREATE TABLE change_part (
	company BIGINT NOT NULL,
	scope   TEXT   NOT NULL,
	first   BIGINT NOT NULL,
	last    BIGINT NOT NULL,
	set_id  BIGINT NOT NULL,
	PRIMARY KEY (company, scope, first)
);
CREATE INDEX change_part_of ON change_part (company, set_id);

-- +goose Down

DROP TABLE change_part;
DROP TABLE change_set;
