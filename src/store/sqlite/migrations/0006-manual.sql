-- Networks whose withdrawals are sent, and whose deposits are reported, by people or by an external signer.

-- (SQLite cannot change a check, so the table is made again.)
CREATE TABLE networks_made_again (
  network TEXT PRIMARY KEY,
  -- What connects the network to its chain.
  connector TEXT NOT NULL CHECK (connector IN ('simulated', 'manual')),
  definition TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO networks_made_again SELECT network, connector, definition FROM networks;
DROP TABLE networks;
ALTER TABLE networks_made_again RENAME TO networks;

-- Who may send a withdrawal of a manual network. A withdrawal has at most one claim that is not released, and a claim
-- keeps its owner for ever, so nobody else can send it.
CREATE TABLE withdrawal_claims (
  id TEXT PRIMARY KEY CHECK (id = withdrawal_id || ':' || generation),
  withdrawal_id TEXT NOT NULL,
  generation INTEGER NOT NULL CHECK (generation > 0),
  -- The claim before it, which was released; null for the first.
  previous TEXT REFERENCES withdrawal_claims (id) DEFERRABLE INITIALLY DEFERRED,
  network TEXT NOT NULL,
  -- The id of an operator, 'token:' and the id of an API token, or 'bootstrap'.
  owner TEXT NOT NULL CHECK (owner <> ''),
  -- held: nothing is reported yet; unknown: the lease has expired; sent: a transaction is reported; released: its owner,
  -- or a person, has declared that nothing was signed; ended: the withdrawal is completed or failed.
  state TEXT NOT NULL CHECK (state IN ('held', 'unknown', 'sent', 'released', 'ended')),
  claimed_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  ended_at INTEGER,
  -- Who decided on it after its lease had expired. Never a machine.
  decided_by TEXT CHECK (decided_by <> '' AND substr(decided_by, 1, 6) <> 'token:'),
  UNIQUE (withdrawal_id, generation),
  CHECK ((previous IS NULL) = (generation = 1)),
  CHECK (previous IS NULL OR previous = withdrawal_id || ':' || (generation - 1)),
  CHECK ((ended_at IS NULL) = (state <> 'released' AND state <> 'ended'))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX withdrawal_claims_one ON withdrawal_claims (withdrawal_id) WHERE state <> 'released';
-- Claims that have not ended, in the order of submission of their withdrawals.
CREATE INDEX withdrawal_claims_open ON withdrawal_claims (state, id)
  WHERE state = 'held' OR state = 'unknown' OR state = 'sent';
CREATE INDEX withdrawal_claims_held ON withdrawal_claims (expires_at) WHERE state = 'held';
CREATE TRIGGER withdrawal_claims_keep_their_owner BEFORE UPDATE ON withdrawal_claims
  WHEN new.id <> old.id OR new.withdrawal_id <> old.withdrawal_id OR new.generation <> old.generation
    OR new.previous IS NOT old.previous OR new.network <> old.network OR new.owner <> old.owner
  BEGIN SELECT RAISE(ABORT, 'a claim never gets another owner'); END;
CREATE TRIGGER withdrawal_claims_go_forward BEFORE UPDATE ON withdrawal_claims
  WHEN old.state = 'released' OR old.state = 'ended'
    OR (old.state = 'sent' AND new.state <> 'sent' AND new.state <> 'ended')
    OR (old.state = 'unknown' AND new.state <> 'unknown' AND new.decided_by IS NULL)
    OR (old.state <> 'held' AND new.state = 'held')
  BEGIN SELECT RAISE(ABORT, 'a claim never returns to an earlier state, and a person decides when it is unknown'); END;
CREATE TRIGGER withdrawal_claims_are_not_deleted BEFORE DELETE ON withdrawal_claims
  BEGIN SELECT RAISE(ABORT, 'claims are never deleted'); END;
-- Like the foreign key, but also for a connection that has not switched it on.
CREATE TRIGGER withdrawal_claims_follow_each_other BEFORE INSERT ON withdrawal_claims
  WHEN new.state <> 'held' OR (new.previous IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM withdrawal_claims WHERE id = new.previous AND state = 'released'))
  BEGIN SELECT RAISE(ABORT, 'the claim before this one is not released'); END;
CREATE TRIGGER withdrawal_claims_are_released_unsent BEFORE UPDATE OF state ON withdrawal_claims
  WHEN new.state = 'released' AND EXISTS (SELECT 1 FROM withdrawal_attempts WHERE withdrawal_id = old.withdrawal_id)
  BEGIN SELECT RAISE(ABORT, 'a transaction was reported for this claim'); END;

-- The claim by which the transaction was sent; null: the server sent it.
ALTER TABLE withdrawal_attempts ADD COLUMN claim TEXT
  REFERENCES withdrawal_claims (id) DEFERRABLE INITIALLY DEFERRED
  CHECK (claim IS NULL OR substr(claim, 1, length(withdrawal_id) + 1) = withdrawal_id || ':');
-- As reported; null: the server asks the chain.
ALTER TABLE withdrawal_attempts ADD COLUMN confirmations INTEGER
  CHECK (confirmations >= 0)
  CHECK ((claim IS NULL) = (confirmations IS NULL));

-- The claim of a withdrawal, until that is released. Null for all others, which pay nothing for it.
ALTER TABLE withdrawals ADD COLUMN claim TEXT
  REFERENCES withdrawal_claims (id) DEFERRABLE INITIALLY DEFERRED
  CHECK (claim IS NULL OR substr(claim, 1, length(id) + 1) = id || ':')
  -- The server never sends it.
  CHECK (claim IS NULL OR signed_transaction IS NULL)
  CHECK (claim IS NULL OR stage IN ('claimed', 'unknown', 'broadcast', 'completed', 'failed'))
  CHECK (claim IS NOT NULL OR (stage <> 'claimed' AND stage <> 'unknown'))
  CHECK (approval_needed IS NULL OR approval_given IS NOT NULL OR (stage <> 'claimed' AND stage <> 'unknown'));
CREATE TRIGGER withdrawals_keep_their_claim BEFORE UPDATE OF claim ON withdrawals
  WHEN old.claim IS NOT NULL AND new.claim IS NOT old.claim
    AND NOT EXISTS (SELECT 1 FROM withdrawal_claims WHERE id = old.claim AND state = 'released')
  BEGIN SELECT RAISE(ABORT, 'the claim of the withdrawal is not released'); END;
CREATE TRIGGER withdrawals_are_claimed_once BEFORE UPDATE OF claim ON withdrawals
  WHEN new.claim IS NOT NULL AND new.claim IS NOT old.claim AND (
    (old.claim IS NULL AND old.stage <> 'queued')
    OR NOT EXISTS (SELECT 1 FROM withdrawal_claims WHERE id = new.claim AND state <> 'released'))
  BEGIN SELECT RAISE(ABORT, 'only a queued withdrawal is claimed, by a claim that exists'); END;
DROP INDEX withdrawals_by_stage;
CREATE INDEX withdrawals_by_stage ON withdrawals (stage)
  WHERE stage = 'email-sent' OR stage = 'awaiting-approval' OR stage = 'queued' OR stage = 'waiting'
    OR stage = 'claimed' OR stage = 'unknown' OR stage = 'broadcast';

-- Addresses that operators have imported, to be given to customers as their deposit addresses.
CREATE TABLE address_pool (
  seq INTEGER PRIMARY KEY,
  address_group TEXT NOT NULL,
  address_key TEXT NOT NULL,
  address_tag TEXT NOT NULL,
  address TEXT NOT NULL,
  imported_at INTEGER NOT NULL,
  -- The account that it was given to; null: it is free.
  account_id INTEGER REFERENCES accounts (id),
  used_at INTEGER,
  CHECK ((account_id IS NULL) = (used_at IS NULL)),
  UNIQUE (address_group, address_key, address_tag)
) STRICT;
CREATE INDEX address_pool_free ON address_pool (address_group, seq) WHERE account_id IS NULL;
CREATE TRIGGER address_pool_is_used_once BEFORE UPDATE ON address_pool
  WHEN old.account_id IS NOT NULL OR new.address_group <> old.address_group OR new.address_key <> old.address_key
    OR new.address_tag <> old.address_tag OR new.address <> old.address
  BEGIN SELECT RAISE(ABORT, 'an address is given to one account, once'); END;
CREATE TRIGGER address_pool_is_not_deleted BEFORE DELETE ON address_pool
  BEGIN SELECT RAISE(ABORT, 'imported addresses are never deleted'); END;
