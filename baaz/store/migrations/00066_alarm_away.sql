-- An alarm that somebody has looked at is put away, by whom and when; it comes back when it is raised again.

-- +goose Up

ALTER TABLE alarm ADD COLUMN away_by TEXT NOT NULL DEFAULT '';
ALTER TABLE alarm ADD COLUMN away_at BIGINT NOT NULL DEFAULT 0;

-- +goose Down

ALTER TABLE alarm DROP COLUMN away_at;
ALTER TABLE alarm DROP COLUMN away_by;
