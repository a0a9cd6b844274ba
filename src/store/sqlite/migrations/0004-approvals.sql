-- Approvals of withdrawals by several people.
--
-- A withdrawal that needs approvals names the last one that it needs (approval_needed) and, once that one exists, the
-- same one again (approval_given). Constraints let it be sent only then. Both are null for all other withdrawals, so
-- that those need no further row, lookup or statement.

-- Every version of the policy, never changed. The one in force is the setting approvalPolicy, which is the latest.
CREATE TABLE approval_policies (
  version INTEGER PRIMARY KEY CHECK (version > 0),
  rules TEXT NOT NULL,
  changes TEXT NOT NULL,
  actor TEXT NOT NULL,
  reason TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE TRIGGER approval_policies_are_not_edited BEFORE UPDATE ON approval_policies
  BEGIN SELECT RAISE(ABORT, 'approval policies are never edited'); END;
CREATE TRIGGER approval_policies_are_not_deleted BEFORE DELETE ON approval_policies
  BEGIN SELECT RAISE(ABORT, 'approval policies are never deleted'); END;

-- What a withdrawal needs, by the rule that matched it. Operators are empty if there is none.
CREATE TABLE withdrawal_quorums (
  withdrawal_id TEXT PRIMARY KEY,
  needed INTEGER NOT NULL CHECK (needed BETWEEN 1 AND 9),
  -- The id of the last approval that it needs.
  last_approval TEXT NOT NULL UNIQUE CHECK (last_approval = withdrawal_id || ':' || needed),
  -- The role of the approvers; null: any.
  role TEXT,
  -- 0: no policy had been set.
  policy_version INTEGER NOT NULL CHECK (policy_version >= 0),
  rule TEXT NOT NULL,
  -- The operator who created the key that signed the request.
  key_operator TEXT NOT NULL,
  -- The operator who last edited the entry of the address book with the destination.
  entry_operator TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (withdrawal_id, needed, key_operator, entry_operator)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER withdrawal_quorums_are_not_edited BEFORE UPDATE ON withdrawal_quorums
  BEGIN SELECT RAISE(ABORT, 'quorums are never edited'); END;
CREATE TRIGGER withdrawal_quorums_are_not_deleted BEFORE DELETE ON withdrawal_quorums
  BEGIN SELECT RAISE(ABORT, 'quorums are never deleted'); END;

CREATE TABLE withdrawal_approvals (
  id TEXT PRIMARY KEY CHECK (id = withdrawal_id || ':' || ordinal),
  withdrawal_id TEXT NOT NULL,
  ordinal INTEGER NOT NULL CHECK (ordinal BETWEEN 1 AND needed),
  -- The approval before it; null for the first.
  previous TEXT REFERENCES withdrawal_approvals (id) DEFERRABLE INITIALLY DEFERRED,
  operator TEXT NOT NULL CHECK (operator <> ''),
  -- Copied from the quorum, for the checks below.
  needed INTEGER NOT NULL,
  key_operator TEXT NOT NULL,
  entry_operator TEXT NOT NULL,
  at INTEGER NOT NULL,
  CHECK ((previous IS NULL) = (ordinal = 1)),
  CHECK (previous IS NULL OR previous = withdrawal_id || ':' || (ordinal - 1)),
  CHECK (operator <> key_operator),
  CHECK (operator <> entry_operator),
  -- Several approvals come from people who have signed in: whoever holds a token may be one of them.
  CHECK (needed = 1 OR (operator <> 'bootstrap' AND substr(operator, 1, 6) <> 'token:')),
  UNIQUE (withdrawal_id, operator),
  FOREIGN KEY (withdrawal_id, needed, key_operator, entry_operator)
    REFERENCES withdrawal_quorums (withdrawal_id, needed, key_operator, entry_operator) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE TRIGGER withdrawal_approvals_are_not_edited BEFORE UPDATE ON withdrawal_approvals
  BEGIN SELECT RAISE(ABORT, 'approvals are never edited'); END;
CREATE TRIGGER withdrawal_approvals_are_not_deleted BEFORE DELETE ON withdrawal_approvals
  BEGIN SELECT RAISE(ABORT, 'approvals are never deleted'); END;
-- Like the foreign keys, but also for a connection that has not switched them on.
CREATE TRIGGER withdrawal_approvals_follow_each_other BEFORE INSERT ON withdrawal_approvals
  WHEN new.previous IS NOT NULL AND NOT EXISTS (SELECT 1 FROM withdrawal_approvals WHERE id = new.previous)
  BEGIN SELECT RAISE(ABORT, 'the approval before this one does not exist'); END;
CREATE TRIGGER withdrawal_approvals_have_a_quorum BEFORE INSERT ON withdrawal_approvals
  WHEN NOT EXISTS (
    SELECT 1 FROM withdrawal_quorums q WHERE q.withdrawal_id = new.withdrawal_id AND q.needed = new.needed
      AND q.key_operator = new.key_operator AND q.entry_operator = new.entry_operator)
  BEGIN SELECT RAISE(ABORT, 'the withdrawal has no such quorum'); END;

ALTER TABLE withdrawals ADD COLUMN approval_needed TEXT
  REFERENCES withdrawal_quorums (last_approval) DEFERRABLE INITIALLY DEFERRED
  CHECK (approval_needed IS NULL OR substr(approval_needed, 1, length(id) + 1) = id || ':');
ALTER TABLE withdrawals ADD COLUMN approval_given TEXT
  REFERENCES withdrawal_approvals (id) DEFERRABLE INITIALLY DEFERRED
  CHECK (approval_given IS NULL OR (approval_needed IS NOT NULL AND approval_given = approval_needed))
  CHECK (
    approval_needed IS NULL OR approval_given IS NOT NULL
    OR (stage <> 'queued' AND stage <> 'waiting' AND stage <> 'broadcast' AND stage <> 'completed')
  );
-- Triggers of an update run only if it names the column, so those of the workers do not pay for them.
CREATE TRIGGER withdrawals_keep_their_quorum BEFORE UPDATE OF approval_needed ON withdrawals
  WHEN old.approval_needed IS NOT NULL AND new.approval_needed IS NOT old.approval_needed
  BEGIN SELECT RAISE(ABORT, 'the approvals that a withdrawal needs never change'); END;
CREATE TRIGGER withdrawals_are_approved_by_rows BEFORE UPDATE OF approval_given ON withdrawals
  WHEN new.approval_given IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM withdrawal_approvals WHERE id = new.approval_given)
  BEGIN SELECT RAISE(ABORT, 'the approval does not exist'); END;

-- The operator who created the key, who edited the entry last; null: a customer, or nobody with a name.
ALTER TABLE api_keys ADD COLUMN operator TEXT;
ALTER TABLE address_book ADD COLUMN operator TEXT;

-- What operators call an account, for the rules of the policy. An account without a row has no tags.
CREATE TABLE account_tags (
  account_id INTEGER PRIMARY KEY REFERENCES accounts (id),
  tags TEXT NOT NULL
) STRICT;

-- Changes that need a second person. The input is that of the command which carries the change out when it is approved.
CREATE TABLE pending_changes (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  input TEXT NOT NULL,
  -- The role of the second person; null: any.
  role TEXT,
  proposer TEXT NOT NULL CHECK (proposer <> ''),
  -- Of the proposer, for the audit trail.
  actor TEXT NOT NULL,
  reason TEXT NOT NULL,
  proposed_at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'approved', 'rejected')),
  decided_by TEXT CHECK (decided_by <> ''),
  decided_at INTEGER,
  CHECK ((state = 'pending') = (decided_by IS NULL)),
  CHECK ((state = 'pending') = (decided_at IS NULL)),
  CHECK (state <> 'approved' OR (
    decided_by <> proposer AND decided_by <> 'bootstrap' AND proposer <> 'bootstrap'
    AND substr(decided_by, 1, 6) <> 'token:'))
) STRICT;
CREATE INDEX pending_changes_open ON pending_changes (seq) WHERE state = 'pending';
CREATE TRIGGER pending_changes_are_decided_once BEFORE UPDATE ON pending_changes
  WHEN old.state <> 'pending' OR new.id <> old.id OR new.kind <> old.kind OR new.subject <> old.subject
    OR new.input <> old.input OR new.role IS NOT old.role OR new.proposer <> old.proposer
  BEGIN SELECT RAISE(ABORT, 'a proposed change is decided once, and never edited'); END;
CREATE TRIGGER pending_changes_are_not_deleted BEFORE DELETE ON pending_changes
  BEGIN SELECT RAISE(ABORT, 'proposed changes are never deleted'); END;
