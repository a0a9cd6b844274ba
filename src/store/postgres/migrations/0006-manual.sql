-- Networks whose withdrawals are sent, and whose deposits are reported, by people or by an external signer.

ALTER TABLE networks DROP CONSTRAINT networks_connector_check,
  ADD CONSTRAINT networks_connector_check CHECK (connector IN ('simulated', 'manual'));

-- Who may send a withdrawal of a manual network. A withdrawal has at most one claim that is not released, and a claim
-- keeps its owner for ever, so nobody else can send it.
CREATE TABLE withdrawal_claims (
  id text COLLATE "C" PRIMARY KEY CHECK (id = withdrawal_id || ':' || generation),
  withdrawal_id text COLLATE "C" NOT NULL,
  generation bigint NOT NULL CHECK (generation > 0),
  -- The claim before it, which was released; null for the first.
  previous text COLLATE "C" REFERENCES withdrawal_claims (id) DEFERRABLE INITIALLY DEFERRED,
  network text COLLATE "C" NOT NULL,
  -- The id of an operator, 'token:' and the id of an API token, or 'bootstrap'.
  owner text COLLATE "C" NOT NULL CHECK (owner <> ''),
  -- held: nothing is reported yet; unknown: the lease has expired; sent: a transaction is reported; released: its owner,
  -- or a person, has declared that nothing was signed; ended: the withdrawal is completed or failed.
  state text COLLATE "C" NOT NULL CHECK (state IN ('held', 'unknown', 'sent', 'released', 'ended')),
  claimed_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  ended_at bigint,
  -- Who decided on it after its lease had expired. Never a machine.
  decided_by text COLLATE "C" CHECK (decided_by <> '' AND substr(decided_by, 1, 6) <> 'token:'),
  UNIQUE (withdrawal_id, generation),
  CHECK ((previous IS NULL) = (generation = 1)),
  CHECK (previous IS NULL OR previous = withdrawal_id || ':' || (generation - 1)),
  CHECK ((ended_at IS NULL) = (state <> 'released' AND state <> 'ended'))
);
CREATE UNIQUE INDEX withdrawal_claims_one ON withdrawal_claims (withdrawal_id) WHERE state <> 'released';
-- Claims that have not ended, in the order of submission of their withdrawals.
CREATE INDEX withdrawal_claims_open ON withdrawal_claims (state, id) WHERE state IN ('held', 'unknown', 'sent');
CREATE INDEX withdrawal_claims_held ON withdrawal_claims (expires_at) WHERE state = 'held';
CREATE TRIGGER withdrawal_claims_are_not_deleted BEFORE DELETE OR TRUNCATE ON withdrawal_claims
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_edit();
CREATE FUNCTION refuse_claim() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a claim never gets another owner nor an earlier state, and a person decides when it is unknown'
    USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER withdrawal_claims_go_forward BEFORE UPDATE ON withdrawal_claims FOR EACH ROW
  WHEN (new.id <> old.id OR new.withdrawal_id <> old.withdrawal_id OR new.generation <> old.generation
    OR new.previous IS DISTINCT FROM old.previous OR new.network <> old.network OR new.owner <> old.owner
    OR old.state = 'released' OR old.state = 'ended'
    OR (old.state = 'sent' AND new.state <> 'sent' AND new.state <> 'ended')
    OR (old.state = 'unknown' AND new.state <> 'unknown' AND new.decided_by IS NULL)
    OR (old.state <> 'held' AND new.state = 'held'))
  EXECUTE FUNCTION refuse_claim();
CREATE FUNCTION check_claim_before() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM withdrawal_claims WHERE id = new.previous AND state = 'released') THEN RETURN new; END IF;
  RAISE EXCEPTION 'the claim before this one is not released' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER withdrawal_claims_follow_each_other BEFORE INSERT ON withdrawal_claims FOR EACH ROW
  WHEN (new.previous IS NOT NULL) EXECUTE FUNCTION check_claim_before();
CREATE FUNCTION check_claim_unsent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM withdrawal_attempts WHERE withdrawal_id = old.withdrawal_id) THEN RETURN new; END IF;
  RAISE EXCEPTION 'a transaction was reported for this claim' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER withdrawal_claims_are_released_unsent BEFORE UPDATE OF state ON withdrawal_claims FOR EACH ROW
  WHEN (new.state = 'released') EXECUTE FUNCTION check_claim_unsent();

-- claim: the claim by which the transaction was sent; null: the server sent it.
-- confirmations: as reported; null: the server asks the chain.
ALTER TABLE withdrawal_attempts
  ADD COLUMN claim text COLLATE "C" REFERENCES withdrawal_claims (id) DEFERRABLE INITIALLY DEFERRED,
  ADD COLUMN confirmations bigint,
  ADD CHECK (claim IS NULL OR substr(claim, 1, length(withdrawal_id) + 1) = withdrawal_id || ':'),
  ADD CHECK (confirmations >= 0),
  ADD CHECK ((claim IS NULL) = (confirmations IS NULL));

-- The claim of a withdrawal, until that is released. Null for all others, which pay nothing for it.
ALTER TABLE withdrawals
  ADD COLUMN claim text COLLATE "C" REFERENCES withdrawal_claims (id) DEFERRABLE INITIALLY DEFERRED,
  ADD CHECK (claim IS NULL OR substr(claim, 1, length(id) + 1) = id || ':'),
  -- The server never sends it.
  ADD CHECK (claim IS NULL OR signed_transaction IS NULL),
  ADD CHECK (claim IS NULL OR stage IN ('claimed', 'unknown', 'broadcast', 'completed', 'failed')),
  ADD CHECK (claim IS NOT NULL OR (stage <> 'claimed' AND stage <> 'unknown')),
  ADD CHECK (approval_needed IS NULL OR approval_given IS NOT NULL OR (stage <> 'claimed' AND stage <> 'unknown'));
CREATE FUNCTION check_claim_of_withdrawal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF old.claim IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM withdrawal_claims WHERE id = old.claim AND state = 'released') THEN
    RAISE EXCEPTION 'the claim of the withdrawal is not released' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF new.claim IS NOT NULL AND ((old.claim IS NULL AND old.stage <> 'queued')
    OR NOT EXISTS (SELECT 1 FROM withdrawal_claims WHERE id = new.claim AND state <> 'released')) THEN
    RAISE EXCEPTION 'only a queued withdrawal is claimed, by a claim that exists'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN new;
END
$$;
-- Triggers of an update run only if it names the column, so those of the workers do not pay for them.
CREATE TRIGGER withdrawals_keep_their_claim BEFORE UPDATE OF claim ON withdrawals FOR EACH ROW
  WHEN (new.claim IS DISTINCT FROM old.claim) EXECUTE FUNCTION check_claim_of_withdrawal();
DROP INDEX withdrawals_by_stage;
CREATE INDEX withdrawals_by_stage ON withdrawals (stage, seq)
  WHERE stage IN ('email-sent', 'awaiting-approval', 'queued', 'waiting', 'claimed', 'unknown', 'broadcast');

-- Addresses that operators have imported, to be given to customers as their deposit addresses.
CREATE TABLE address_pool (
  seq bigint GENERATED BY DEFAULT AS IDENTITY UNIQUE,
  address_group text COLLATE "C" NOT NULL,
  address_key text COLLATE "C" NOT NULL,
  address_tag text COLLATE "C" NOT NULL,
  address text COLLATE "C" NOT NULL,
  imported_at bigint NOT NULL,
  -- The account that it was given to; null: it is free.
  account_id bigint REFERENCES accounts (id),
  used_at bigint,
  CHECK ((account_id IS NULL) = (used_at IS NULL)),
  PRIMARY KEY (address_group, address_key, address_tag)
);
CREATE INDEX address_pool_free ON address_pool (address_group, seq) WHERE account_id IS NULL;
CREATE TRIGGER address_pool_is_not_deleted BEFORE DELETE OR TRUNCATE ON address_pool
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_edit();
CREATE FUNCTION refuse_other_use() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'an address is given to one account, once' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER address_pool_is_used_once BEFORE UPDATE ON address_pool FOR EACH ROW
  WHEN (old.account_id IS NOT NULL OR new.address_group <> old.address_group OR new.address_key <> old.address_key
    OR new.address_tag <> old.address_tag OR new.address <> old.address)
  EXECUTE FUNCTION refuse_other_use();
