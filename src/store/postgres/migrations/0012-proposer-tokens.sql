-- The API token with which a change was proposed; null: a session, or an earlier version.
ALTER TABLE pending_changes ADD COLUMN proposer_token text COLLATE "C" CHECK (proposer_token <> '');
CREATE TRIGGER pending_changes_keep_their_token
  BEFORE UPDATE OF proposer_token ON pending_changes FOR EACH ROW
  WHEN (new.proposer_token IS DISTINCT FROM old.proposer_token)
  EXECUTE FUNCTION refuse_other_change();
