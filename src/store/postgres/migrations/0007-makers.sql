-- The people behind API tokens and API keys, for approvals.

-- Whoever created a token stands behind its approvals. Null in rows that an earlier version wrote.
ALTER TABLE withdrawal_approvals
  ADD COLUMN person text COLLATE "C",
  ADD CHECK (person <> ''),
  ADD CHECK (person <> key_operator),
  ADD CHECK (person <> entry_operator);
CREATE UNIQUE INDEX withdrawal_approvals_by_person ON withdrawal_approvals (withdrawal_id, person)
  WHERE person IS NOT NULL;

-- The operator who created the key of a withdrawal that its customer must confirm first: only then it is decided which
-- approvals it needs.
CREATE TABLE withdrawal_key_operators (
  withdrawal_id text COLLATE "C" PRIMARY KEY,
  operator text COLLATE "C" NOT NULL CHECK (operator <> '')
);
CREATE TRIGGER withdrawal_key_operators_are_not_edited BEFORE UPDATE OR DELETE OR TRUNCATE ON withdrawal_key_operators
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_edit();

-- A withdrawal is not deleted, so it cannot be inserted again without its quorum.
CREATE TRIGGER withdrawals_are_not_deleted BEFORE DELETE OR TRUNCATE ON withdrawals
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_edit();

CREATE TRIGGER pending_changes_keep_their_proposer
  BEFORE UPDATE OF actor, reason, proposed_at ON pending_changes FOR EACH ROW
  WHEN (new.actor <> old.actor OR new.reason <> old.reason OR new.proposed_at <> old.proposed_at)
  EXECUTE FUNCTION refuse_other_change();
