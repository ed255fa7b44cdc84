-- What of a day's discounts nobody gave, because what is paid is rounded to notes, is summed by itself. Sums of days before that do
-- not know it: there it stands among the discounts.

-- +goose Up

ALTER TABLE sales_by_day ADD COLUMN rounding BIGINT NOT NULL DEFAULT 0 CHECK (rounding BETWEEN -9000000000000000000 AND 9000000000000000000);

-- +goose Down

ALTER TABLE sales_by_day DROP COLUMN rounding;
