-- What statements by hand cannot change. (PostgreSQL has no REPLACE.)
CREATE TRIGGER withdrawal_attempts_are_not_deleted BEFORE DELETE OR TRUNCATE ON withdrawal_attempts
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_edit();
CREATE TRIGGER withdrawal_attempts_keep_their_transaction
  BEFORE UPDATE OF withdrawal_id, attempt, network, tx_id, signed_transaction, claim ON withdrawal_attempts
  FOR EACH ROW
  WHEN (new.withdrawal_id <> old.withdrawal_id OR new.attempt <> old.attempt OR new.network <> old.network
    OR new.tx_id <> old.tx_id OR new.signed_transaction <> old.signed_transaction
    OR new.claim IS DISTINCT FROM old.claim)
  EXECUTE FUNCTION refuse_edit();
