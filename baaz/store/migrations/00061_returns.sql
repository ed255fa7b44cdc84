-- What came back stands in the list of sales with amounts below zero; back tells it from a sale.

-- +goose Up

ALTER TABLE sale ADD COLUMN back BIGINT NOT NULL DEFAULT 0;

-- +goose Down

ALTER TABLE sale DROP COLUMN back;
