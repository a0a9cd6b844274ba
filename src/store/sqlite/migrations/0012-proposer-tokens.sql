-- The API token with which a change was proposed; null: a session, or an earlier version.
ALTER TABLE pending_changes ADD COLUMN proposer_token TEXT CHECK (proposer_token <> '');
CREATE TRIGGER pending_changes_keep_their_token BEFORE UPDATE OF proposer_token ON pending_changes
  WHEN new.proposer_token IS NOT old.proposer_token
  BEGIN SELECT RAISE(ABORT, 'a proposed change is decided once, and never edited'); END;
