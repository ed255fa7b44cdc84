-- A webhook's secret can be changed; the one before signs beside it until a moment, so that its receiver misses nothing.

-- +goose Up

ALTER TABLE webhook ADD COLUMN old_secret TEXT NOT NULL DEFAULT '';
ALTER TABLE webhook ADD COLUMN old_until BIGINT NOT NULL DEFAULT 0;

-- +goose Down

ALTER TABLE webhook DROP COLUMN old_until;
ALTER TABLE webhook DROP COLUMN old_secret;
