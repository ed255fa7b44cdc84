-- What is wrong with tills, from when to when, and who is told of it.

-- +goose Up

-- watch says from when on a company is told: minutes of silence, minutes that a sale stays unsent, and how often within
-- so many hours a device's fault comes again. 0: never. resting 1: silence counts while no shift is open, too. A row stands
-- only once somebody has looked or something happened; locking it lets one server judge at a time.
CREATE TABLE watch (
	company BIGINT NOT NULL,
	silent  BIGINT NOT NULL,
	resting BIGINT NOT NULL,
	unsent  BIGINT NOT NULL,
	repeats BIGINT NOT NULL,
	hours   BIGINT NOT NULL,
	PRIMARY KEY (company)
);

-- trouble is one thing that was wrong with a box, from began until ended; ended 0: it still is. kind: silent, unsent,
-- device (a fault, code says which), repeat (that fault, once too often). size and since say how much and since when.
CREATE TABLE trouble (
	company BIGINT NOT NULL,
	box     BYTEA  NOT NULL,
	began   BIGINT NOT NULL,
	kind    TEXT   NOT NULL,
	code    TEXT   NOT NULL,
	point   BIGINT NOT NULL,
	ended   BIGINT NOT NULL,
	size    BIGINT NOT NULL,
	since   BIGINT NOT NULL,
	PRIMARY KEY (company, box, began, kind, code),
	FOREIGN KEY (company, box) REFERENCES box (company, box)
);
CREATE INDEX trouble_open ON trouble (company, ended, began);

-- webhook is an address of the company's that is told. secret signs what is sent there.
CREATE TABLE webhook (
	company BIGINT NOT NULL,
	webhook BIGINT NOT NULL,
	url     TEXT   NOT NULL,
	secret  BYTEA  NOT NULL,
	made_by TEXT   NOT NULL,
	created BIGINT NOT NULL,
	PRIMARY KEY (company, webhook)
);

-- delivery is a message for a webhook: the queue, and afterwards the log. done 0: it is to be sent, at due. status is the
-- HTTP status that was answered last, outcome what went wrong instead; done and outcome empty: it has arrived.
CREATE TABLE delivery (
	company  BIGINT NOT NULL,
	delivery BIGINT NOT NULL,
	webhook  BIGINT NOT NULL,
	event    TEXT   NOT NULL,
	body     BYTEA  NOT NULL,
	created  BIGINT NOT NULL,
	due      BIGINT NOT NULL,
	tries    BIGINT NOT NULL,
	done     BIGINT NOT NULL,
	status   BIGINT NOT NULL,
	outcome  TEXT   NOT NULL,
	PRIMARY KEY (company, delivery)
);
CREATE INDEX delivery_due ON delivery (done, due);
CREATE INDEX delivery_of ON delivery (company, webhook, created);

-- +goose Down

DROP TABLE delivery;
DROP TABLE webhook;
DROP TABLE trouble;
DROP TABLE watch;
