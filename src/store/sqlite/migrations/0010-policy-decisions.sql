-- Withdrawals that need approvals. REPLACE deletes a row of `withdrawals` without running its triggers, but a foreign
-- key that restricts deletion refuses it at once. The server never reads this table.
CREATE TABLE withdrawal_quorum_guards (
  withdrawal_id TEXT PRIMARY KEY
    REFERENCES withdrawals (id) ON DELETE RESTRICT ON UPDATE RESTRICT DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
INSERT INTO withdrawal_quorum_guards
  SELECT withdrawal_id FROM withdrawal_quorums q WHERE EXISTS (SELECT 1 FROM withdrawals WHERE id = q.withdrawal_id);
CREATE TRIGGER withdrawal_quorums_are_guarded AFTER INSERT ON withdrawal_quorums
  BEGIN INSERT INTO withdrawal_quorum_guards VALUES (new.withdrawal_id); END;
CREATE TRIGGER withdrawal_quorum_guards_are_not_edited BEFORE UPDATE ON withdrawal_quorum_guards
  BEGIN SELECT RAISE(ABORT, 'guards are never edited'); END;
CREATE TRIGGER withdrawal_quorum_guards_are_not_deleted BEFORE DELETE ON withdrawal_quorum_guards
  BEGIN SELECT RAISE(ABORT, 'guards are never deleted'); END;

-- The version of the policy by which a withdrawal was decided, and the name of the rule that matched; null: no policy
-- was in force, no rule matched.
ALTER TABLE withdrawals ADD COLUMN policy_version INTEGER;
ALTER TABLE withdrawals ADD COLUMN policy_rule TEXT;

-- Rules by tag look at all accounts of a family, which is named by the id of its master.
ALTER TABLE account_tags ADD COLUMN family INTEGER;
UPDATE account_tags SET family = (SELECT coalesce(master_id, id) FROM accounts WHERE id = account_tags.account_id);
CREATE INDEX account_tags_by_family ON account_tags (family);

-- What the policy has denied: one row for an account, a UTC day and a rule, however often it was asked. The amount and
-- the destination are those of the last request.
CREATE TABLE withdrawal_denials (
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  -- Counted from 1970.
  day INTEGER NOT NULL,
  rule TEXT NOT NULL,
  policy_version INTEGER NOT NULL,
  count INTEGER NOT NULL CHECK (count > 0),
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  asset TEXT NOT NULL,
  network TEXT NOT NULL,
  address TEXT NOT NULL,
  amount TEXT NOT NULL CHECK (amount > '0' AND amount < ':'),
  PRIMARY KEY (account_id, day, rule)
) STRICT, WITHOUT ROWID;
