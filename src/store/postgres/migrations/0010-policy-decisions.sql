-- (PostgreSQL has no REPLACE, so withdrawals need no guards against it.)

-- The version of the policy by which a withdrawal was decided, and the name of the rule that matched; null: no policy
-- was in force, no rule matched.
ALTER TABLE withdrawals ADD COLUMN policy_version bigint, ADD COLUMN policy_rule text COLLATE "C";

-- Rules by tag look at all accounts of a family, which is named by the id of its master.
ALTER TABLE account_tags ADD COLUMN family bigint;
UPDATE account_tags SET family = (SELECT coalesce(master_id, id) FROM accounts WHERE id = account_tags.account_id);
CREATE INDEX account_tags_by_family ON account_tags (family);

-- What the policy has denied: one row for an account, a UTC day and a rule, however often it was asked. The amount and
-- the destination are those of the last request.
CREATE TABLE withdrawal_denials (
  account_id bigint NOT NULL REFERENCES accounts (id),
  -- Counted from 1970.
  day bigint NOT NULL,
  rule text COLLATE "C" NOT NULL,
  policy_version bigint NOT NULL,
  count bigint NOT NULL CHECK (count > 0),
  first_at bigint NOT NULL,
  last_at bigint NOT NULL,
  asset text COLLATE "C" NOT NULL,
  network text COLLATE "C" NOT NULL,
  address text COLLATE "C" NOT NULL,
  amount units NOT NULL CHECK (amount > 0),
  PRIMARY KEY (account_id, day, rule)
);
