-- Logs that somebody has asked a box for. taken 0: they have not come. The file stands apart, so that lists stay light.

-- +goose Up

CREATE TABLE log_wish (
	company  BIGINT NOT NULL,
	box      BYTEA  NOT NULL,
	wish     BIGINT NOT NULL,
	asked    BIGINT NOT NULL,
	asked_by TEXT   NOT NULL,
	taken    BIGINT NOT NULL,
	size     BIGINT NOT NULL,
	PRIMARY KEY (company, box, wish),
	FOREIGN KEY (company, box) REFERENCES box (company, box)
);

CREATE TABLE log_file (
	company BIGINT NOT NULL,
	box     BYTEA  NOT NULL,
	wish    BIGINT NOT NULL,
	data    BYTEA  NOT NULL,
	PRIMARY KEY (company, box, wish)
);

-- +goose Down

DROP TABLE log_file;
DROP TABLE log_wish;
