-- Approvals of withdrawals by several people.
--
-- A withdrawal that needs approvals names the last one that it needs (approval_needed) and, once that one exists, the
-- same one again (approval_given). Constraints let it be sent only then. Both are null for all other withdrawals, so
-- that those need no further row, lookup or statement.

-- Every version of the policy, never changed. The one in force is the setting approvalPolicy, which is the latest.
CREATE TABLE approval_policies (
  version bigint PRIMARY KEY CHECK (version > 0),
  rules json_text NOT NULL,
  changes json_text NOT NULL,
  actor text COLLATE "C" NOT NULL,
  reason text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL
);
CREATE TRIGGER approval_policies_are_not_edited BEFORE UPDATE OR DELETE OR TRUNCATE ON approval_policies
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_edit();

-- What a withdrawal needs, by the rule that matched it. Operators are empty if there is none.
CREATE TABLE withdrawal_quorums (
  withdrawal_id text COLLATE "C" PRIMARY KEY,
  needed bigint NOT NULL CHECK (needed BETWEEN 1 AND 9),
  -- The id of the last approval that it needs.
  last_approval text COLLATE "C" NOT NULL UNIQUE CHECK (last_approval = withdrawal_id || ':' || needed),
  -- The role of the approvers; null: any.
  role text COLLATE "C",
  -- 0: no policy had been set.
  policy_version bigint NOT NULL CHECK (policy_version >= 0),
  rule json_text NOT NULL,
  -- The operator who created the key that signed the request.
  key_operator text COLLATE "C" NOT NULL,
  -- The operator who last edited the entry of the address book with the destination.
  entry_operator text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  UNIQUE (withdrawal_id, needed, key_operator, entry_operator)
);
CREATE TRIGGER withdrawal_quorums_are_not_edited BEFORE UPDATE OR DELETE OR TRUNCATE ON withdrawal_quorums
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_edit();

CREATE TABLE withdrawal_approvals (
  id text COLLATE "C" PRIMARY KEY,
  withdrawal_id text COLLATE "C" NOT NULL,
  ordinal bigint NOT NULL,
  -- The approval before it; null for the first.
  previous text COLLATE "C" REFERENCES withdrawal_approvals (id) DEFERRABLE INITIALLY DEFERRED,
  operator text COLLATE "C" NOT NULL CHECK (operator <> ''),
  -- Copied from the quorum, for the checks below.
  needed bigint NOT NULL,
  key_operator text COLLATE "C" NOT NULL,
  entry_operator text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  CHECK (id = withdrawal_id || ':' || ordinal),
  CHECK (ordinal BETWEEN 1 AND needed),
  CHECK ((previous IS NULL) = (ordinal = 1)),
  CHECK (previous IS NULL OR previous = withdrawal_id || ':' || (ordinal - 1)),
  CHECK (operator <> key_operator),
  CHECK (operator <> entry_operator),
  -- Several approvals come from people who have signed in: whoever holds a token may be one of them.
  CHECK (needed = 1 OR (operator <> 'bootstrap' AND substr(operator, 1, 6) <> 'token:')),
  UNIQUE (withdrawal_id, operator),
  FOREIGN KEY (withdrawal_id, needed, key_operator, entry_operator)
    REFERENCES withdrawal_quorums (withdrawal_id, needed, key_operator, entry_operator) DEFERRABLE INITIALLY DEFERRED
);
CREATE TRIGGER withdrawal_approvals_are_not_edited BEFORE UPDATE OR DELETE OR TRUNCATE ON withdrawal_approvals
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_edit();

ALTER TABLE withdrawals
  ADD COLUMN approval_needed text COLLATE "C"
    REFERENCES withdrawal_quorums (last_approval) DEFERRABLE INITIALLY DEFERRED,
  ADD COLUMN approval_given text COLLATE "C"
    REFERENCES withdrawal_approvals (id) DEFERRABLE INITIALLY DEFERRED,
  ADD CHECK (approval_needed IS NULL OR substr(approval_needed, 1, length(id) + 1) = id || ':'),
  ADD CHECK (approval_given IS NULL OR (approval_needed IS NOT NULL AND approval_given = approval_needed)),
  ADD CHECK (
    approval_needed IS NULL OR approval_given IS NOT NULL
    OR (stage <> 'queued' AND stage <> 'waiting' AND stage <> 'broadcast' AND stage <> 'completed')
  );
CREATE FUNCTION refuse_other_quorum() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the approvals that a withdrawal needs never change'
    USING ERRCODE = 'integrity_constraint_violation';
END
$$;
-- Triggers of an update run only if it names the column, so those of the workers do not pay for them.
CREATE TRIGGER withdrawals_keep_their_quorum BEFORE UPDATE OF approval_needed ON withdrawals FOR EACH ROW
  WHEN (old.approval_needed IS NOT NULL AND new.approval_needed IS DISTINCT FROM old.approval_needed)
  EXECUTE FUNCTION refuse_other_quorum();

-- The operator who created the key, who edited the entry last; null: a customer, or nobody with a name.
ALTER TABLE api_keys ADD COLUMN operator text COLLATE "C";
ALTER TABLE address_book ADD COLUMN operator text COLLATE "C";

-- What operators call an account, for the rules of the policy. An account without a row has no tags.
CREATE TABLE account_tags (
  account_id bigint PRIMARY KEY REFERENCES accounts (id),
  tags json_text NOT NULL
);

-- Changes that need a second person. The input is that of the command which carries the change out when it is approved.
CREATE TABLE pending_changes (
  seq bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  id text COLLATE "C" NOT NULL UNIQUE,
  kind text COLLATE "C" NOT NULL,
  subject text COLLATE "C" NOT NULL,
  input json_text NOT NULL,
  -- The role of the second person; null: any.
  role text COLLATE "C",
  proposer text COLLATE "C" NOT NULL CHECK (proposer <> ''),
  -- Of the proposer, for the audit trail.
  actor text COLLATE "C" NOT NULL,
  reason text COLLATE "C" NOT NULL,
  proposed_at bigint NOT NULL,
  state text COLLATE "C" NOT NULL CHECK (state IN ('pending', 'approved', 'rejected')),
  decided_by text COLLATE "C" CHECK (decided_by <> ''),
  decided_at bigint,
  CHECK ((state = 'pending') = (decided_by IS NULL)),
  CHECK ((state = 'pending') = (decided_at IS NULL)),
  CHECK (state <> 'approved' OR (
    decided_by <> proposer AND decided_by <> 'bootstrap' AND proposer <> 'bootstrap'
    AND substr(decided_by, 1, 6) <> 'token:'))
);
CREATE INDEX pending_changes_open ON pending_changes (seq) WHERE state = 'pending';
CREATE FUNCTION refuse_other_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a proposed change is decided once, and never edited'
    USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER pending_changes_are_decided_once BEFORE UPDATE ON pending_changes FOR EACH ROW
  WHEN (old.state <> 'pending' OR new.id <> old.id OR new.kind <> old.kind OR new.subject <> old.subject
    OR new.input <> old.input OR new.role IS DISTINCT FROM old.role OR new.proposer <> old.proposer)
  EXECUTE FUNCTION refuse_other_change();
CREATE TRIGGER pending_changes_are_not_deleted BEFORE DELETE OR TRUNCATE ON pending_changes
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_edit();
