-- What statements by hand cannot change. SQLite runs no trigger for the rows that REPLACE deletes, so whatever would
-- replace a row is refused before.
CREATE TRIGGER withdrawal_claims_are_not_replaced BEFORE INSERT ON withdrawal_claims
  WHEN EXISTS (SELECT 1 FROM withdrawal_claims WHERE id = new.id)
    OR EXISTS (SELECT 1 FROM withdrawal_claims WHERE withdrawal_id = new.withdrawal_id AND state <> 'released')
  BEGIN SELECT RAISE(ABORT, 'a claim is never replaced'); END;

-- (Foreign keys refuse it only on connections that have switched them on.)
CREATE TRIGGER withdrawal_attempts_are_not_deleted BEFORE DELETE ON withdrawal_attempts
  BEGIN SELECT RAISE(ABORT, 'transactions of withdrawals are never deleted'); END;
CREATE TRIGGER withdrawal_attempts_are_not_replaced BEFORE INSERT ON withdrawal_attempts
  WHEN EXISTS (SELECT 1 FROM withdrawal_attempts WHERE withdrawal_id = new.withdrawal_id AND attempt = new.attempt)
    OR EXISTS (SELECT 1 FROM withdrawal_attempts WHERE tx_id = new.tx_id AND network = new.network)
    OR (new.state = 'mined' AND EXISTS (
      SELECT 1 FROM withdrawal_attempts WHERE withdrawal_id = new.withdrawal_id AND state = 'mined'))
  BEGIN SELECT RAISE(ABORT, 'a transaction of a withdrawal is never replaced'); END;
CREATE TRIGGER withdrawal_attempts_keep_their_transaction
  BEFORE UPDATE OF withdrawal_id, attempt, network, tx_id, signed_transaction, claim ON withdrawal_attempts
  WHEN new.withdrawal_id <> old.withdrawal_id OR new.attempt <> old.attempt OR new.network <> old.network
    OR new.tx_id <> old.tx_id OR new.signed_transaction <> old.signed_transaction OR new.claim IS NOT old.claim
  BEGIN SELECT RAISE(ABORT, 'a transaction of a withdrawal never becomes another'); END;
CREATE TRIGGER withdrawal_attempts_are_mined_once BEFORE UPDATE OF state ON withdrawal_attempts
  WHEN new.state = 'mined' AND EXISTS (
    SELECT 1 FROM withdrawal_attempts
    WHERE withdrawal_id = new.withdrawal_id AND attempt <> new.attempt AND state = 'mined')
  BEGIN SELECT RAISE(ABORT, 'another transaction of the withdrawal is mined'); END;

CREATE TRIGGER address_pool_is_not_replaced BEFORE INSERT ON address_pool
  WHEN EXISTS (SELECT 1 FROM address_pool WHERE seq = new.seq)
    OR EXISTS (SELECT 1 FROM address_pool WHERE address_group = new.address_group AND address_key = new.address_key
      AND address_tag = new.address_tag)
  BEGIN SELECT RAISE(ABORT, 'an imported address is never replaced'); END;
CREATE TRIGGER address_pool_keeps_its_numbers BEFORE UPDATE OF seq ON address_pool
  WHEN new.seq <> old.seq
  BEGIN SELECT RAISE(ABORT, 'an imported address never gets another number'); END;

CREATE TRIGGER account_notes_are_not_replaced BEFORE INSERT ON account_notes
  WHEN EXISTS (SELECT 1 FROM account_notes WHERE seq = new.seq) OR EXISTS (SELECT 1 FROM account_notes WHERE id = new.id)
  BEGIN SELECT RAISE(ABORT, 'notes are never replaced'); END;
