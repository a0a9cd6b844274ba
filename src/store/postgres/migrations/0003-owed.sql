-- What a customer owes, because a credit was taken back that was spent. Free amounts pay it first.
ALTER TABLE balances
  ADD COLUMN owed units NOT NULL DEFAULT '0',
  ADD CONSTRAINT balances_owed_check CHECK (owed = '0' OR (free = '0' AND wallet = 'spot'));
CREATE INDEX balances_owed ON balances (account_id, asset) WHERE owed <> '0';
