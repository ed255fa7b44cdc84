-- Tills are sorted by their version as numbers, and the list knows which have moved in it by themselves: who reads it page by
-- page passes none over. Migration 156 lists all tills anew.

-- +goose Up

-- release is what the version is sorted by. moved is when the till was heard of after it had said nothing for a while, or ran
-- another version, UTC µs; 0: not known.
ALTER TABLE fleet ADD COLUMN release BYTEA NOT NULL DEFAULT '';
ALTER TABLE fleet ADD COLUMN moved BIGINT NOT NULL DEFAULT 0;
CREATE INDEX fleet_release ON fleet (release, company, point);
CREATE INDEX fleet_moved ON fleet (moved, company, point);

-- +goose Down

DROP INDEX fleet_moved;
DROP INDEX fleet_release;
ALTER TABLE fleet DROP COLUMN moved;
ALTER TABLE fleet DROP COLUMN release;
