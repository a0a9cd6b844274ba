-- Access that the bootstrap token has opened. Until `unconfirmed_until`, by the time of the world, it does not count
-- where several people are needed: otherwise whoever holds the token could be all of them.
ALTER TABLE operators ADD COLUMN unconfirmed_until bigint;
ALTER TABLE operator_links ADD COLUMN unconfirmed boolean NOT NULL DEFAULT false;

CREATE FUNCTION refuse_unconfirmed_access() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'unconfirmed access does not count where several people are needed yet'
    USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE FUNCTION is_unconfirmed_access(one text, other text, at_ms bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM operators WHERE id IN (one, other) AND unconfirmed_until > at_ms)
$$;
CREATE TRIGGER unconfirmed_access_does_not_approve BEFORE INSERT ON withdrawal_approvals FOR EACH ROW
  WHEN (new.needed > 1 AND is_unconfirmed_access(new.operator, new.person, new.at))
  EXECUTE FUNCTION refuse_unconfirmed_access();
CREATE TRIGGER unconfirmed_access_is_no_second_person BEFORE UPDATE OF state ON pending_changes FOR EACH ROW
  WHEN (new.state = 'approved' AND is_unconfirmed_access(new.decided_by, NULL, new.decided_at))
  EXECUTE FUNCTION refuse_unconfirmed_access();
