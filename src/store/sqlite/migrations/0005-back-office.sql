-- What operators search by. An index on the address of withdrawals would have a page of its own for nearly every
-- withdrawal, and cost a sixth of a commit. This one has the end of the address, in blocks of 4,096 withdrawals: the
-- pages of the last block are written again and again, and a search looks once into each block.
CREATE INDEX withdrawals_by_address ON withdrawals (seq >> 12, substr(address, length(address) - 4));
-- (SQLite uses a partial index with OR for a query that contains one of its terms, spelled the same.)
CREATE INDEX withdrawals_ended ON withdrawals (stage)
  WHERE stage = 'cancelled' OR stage = 'rejected' OR stage = 'failed';
-- Within the exchange, or with several transactions.
CREATE INDEX withdrawals_unsigned ON withdrawals (tx_id) WHERE signed_transaction IS NULL AND tx_id <> '';
-- An operator is failing them, and the outcome is not known yet.
CREATE INDEX withdrawals_failing ON withdrawals (seq) WHERE failure IS NOT NULL AND settled_at IS NULL;

CREATE INDEX deposits_by_address ON deposits (address);
-- Those of the other stages are completed, or belong to nobody (deposits_unattributed).
CREATE INDEX deposits_by_stage ON deposits (stage)
  WHERE stage = 'pending' OR stage = 'suspended' OR stage = 'credited' OR stage = 'below-minimum' OR stage = 'vanished';

CREATE INDEX audit_by_subject ON audit (subject);
CREATE INDEX audit_by_actor ON audit (actor);
CREATE INDEX audit_by_action ON audit (action);

-- What operators write about an account, for each other.
CREATE TABLE account_notes (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  -- As in the audit trail.
  author TEXT NOT NULL,
  text TEXT NOT NULL CHECK (text <> ''),
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX account_notes_by_account ON account_notes (account_id);
CREATE TRIGGER account_notes_are_not_edited BEFORE UPDATE ON account_notes
  BEGIN SELECT RAISE(ABORT, 'notes are never edited'); END;
CREATE TRIGGER account_notes_are_not_deleted BEFORE DELETE ON account_notes
  BEGIN SELECT RAISE(ABORT, 'notes are never deleted'); END;
