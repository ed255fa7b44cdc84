-- What each box said of itself last: version, how much it has not sent, clock, disk, devices. It is the box's word and
-- follows from no record; losing it loses a minute. said is the JSON of wire/README.md's heartbeat.

-- +goose Up

CREATE TABLE heartbeat (
	company BIGINT NOT NULL,
	box     BYTEA  NOT NULL,
	heard   BIGINT NOT NULL,
	said    BYTEA  NOT NULL,
	PRIMARY KEY (company, box),
	FOREIGN KEY (company, box) REFERENCES box (company, box)
);

-- +goose Down

DROP TABLE heartbeat;
