-- The boxes that have taken returns of a sale are looked for by its bill.

-- +goose Up

CREATE INDEX handover_bill ON handover (company, point, bill);

-- +goose Down

DROP INDEX handover_bill;
