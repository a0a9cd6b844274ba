-- The people behind API tokens and API keys, for approvals.

-- Whoever created a token stands behind its approvals. Null in rows that an earlier version wrote.
ALTER TABLE withdrawal_approvals ADD COLUMN person TEXT
  CHECK (person <> '') CHECK (person <> key_operator) CHECK (person <> entry_operator);
CREATE UNIQUE INDEX withdrawal_approvals_by_person ON withdrawal_approvals (withdrawal_id, person)
  WHERE person IS NOT NULL;

-- The operator who created the key of a withdrawal that its customer must confirm first: only then it is decided which
-- approvals it needs.
CREATE TABLE withdrawal_key_operators (
  withdrawal_id TEXT PRIMARY KEY,
  operator TEXT NOT NULL CHECK (operator <> '')
) STRICT, WITHOUT ROWID;
CREATE TRIGGER withdrawal_key_operators_are_not_edited BEFORE UPDATE ON withdrawal_key_operators
  BEGIN SELECT RAISE(ABORT, 'key operators are never edited'); END;
CREATE TRIGGER withdrawal_key_operators_are_not_deleted BEFORE DELETE ON withdrawal_key_operators
  BEGIN SELECT RAISE(ABORT, 'key operators are never deleted'); END;

-- A withdrawal is not deleted, so it cannot be inserted again without its quorum.
CREATE TRIGGER withdrawals_are_not_deleted BEFORE DELETE ON withdrawals
  BEGIN SELECT RAISE(ABORT, 'withdrawals are never deleted'); END;

CREATE TRIGGER pending_changes_keep_their_proposer BEFORE UPDATE OF actor, reason, proposed_at ON pending_changes
  WHEN new.actor <> old.actor OR new.reason <> old.reason OR new.proposed_at <> old.proposed_at
  BEGIN SELECT RAISE(ABORT, 'a proposed change is decided once, and never edited'); END;

-- REPLACE deletes a row without running its triggers, so a row that exists is not inserted again either.
CREATE TRIGGER approval_policies_are_not_replaced BEFORE INSERT ON approval_policies
  WHEN EXISTS (SELECT 1 FROM approval_policies WHERE version = new.version)
  BEGIN SELECT RAISE(ABORT, 'approval policies are never edited'); END;
CREATE TRIGGER withdrawal_quorums_are_not_replaced BEFORE INSERT ON withdrawal_quorums
  WHEN EXISTS (
    SELECT 1 FROM withdrawal_quorums WHERE withdrawal_id = new.withdrawal_id OR last_approval = new.last_approval)
  BEGIN SELECT RAISE(ABORT, 'quorums are never edited'); END;
CREATE TRIGGER withdrawal_approvals_are_not_replaced BEFORE INSERT ON withdrawal_approvals
  WHEN EXISTS (SELECT 1 FROM withdrawal_approvals WHERE id = new.id OR (
    withdrawal_id = new.withdrawal_id AND (operator = new.operator OR person = new.person)))
  BEGIN SELECT RAISE(ABORT, 'approvals are never edited'); END;
CREATE TRIGGER withdrawal_key_operators_are_not_replaced BEFORE INSERT ON withdrawal_key_operators
  WHEN EXISTS (SELECT 1 FROM withdrawal_key_operators WHERE withdrawal_id = new.withdrawal_id)
  BEGIN SELECT RAISE(ABORT, 'key operators are never edited'); END;
CREATE TRIGGER pending_changes_are_not_replaced BEFORE INSERT ON pending_changes
  WHEN EXISTS (SELECT 1 FROM pending_changes WHERE id = new.id OR seq = new.seq)
  BEGIN SELECT RAISE(ABORT, 'a proposed change is decided once, and never edited'); END;
