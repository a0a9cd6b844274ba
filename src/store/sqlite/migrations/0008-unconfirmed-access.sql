-- Access that the bootstrap token has opened. Until `unconfirmed_until`, by the time of the world, it does not count
-- where several people are needed: otherwise whoever holds the token could be all of them.
ALTER TABLE operators ADD COLUMN unconfirmed_until INTEGER;
ALTER TABLE operator_links ADD COLUMN unconfirmed INTEGER NOT NULL DEFAULT 0 CHECK (unconfirmed IN (0, 1));

CREATE TRIGGER unconfirmed_access_does_not_approve BEFORE INSERT ON withdrawal_approvals
  WHEN new.needed > 1 AND EXISTS (
    SELECT 1 FROM operators WHERE id IN (new.operator, new.person) AND unconfirmed_until > new.at)
  BEGIN SELECT RAISE(ABORT, 'unconfirmed access does not count among several approvers yet'); END;
CREATE TRIGGER unconfirmed_access_is_no_second_person BEFORE UPDATE OF state ON pending_changes
  WHEN new.state = 'approved' AND EXISTS (
    SELECT 1 FROM operators WHERE id = new.decided_by AND unconfirmed_until > new.decided_at)
  BEGIN SELECT RAISE(ABORT, 'unconfirmed access is no second person yet'); END;
