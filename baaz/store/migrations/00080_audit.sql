-- The audit lists changes of master data in the order in which they were made, whatever their scope.

-- +goose Up

CREATE INDEX master_change_at ON master_change (company, at);

-- +goose Down

DROP INDEX master_change_at;
