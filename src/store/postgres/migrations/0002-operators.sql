-- The people who operate the exchange, and what authenticates them. Secrets are stored as SHA-256 in hexadecimal,
-- passwords by scrypt. Times are real times, also in the lab.
CREATE TABLE operators (
  id text COLLATE "C" PRIMARY KEY,
  name text COLLATE "C" NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 64),
  roles json_text NOT NULL,
  -- invited: has neither password nor passkey yet.
  state text COLLATE "C" NOT NULL CHECK (state IN ('invited', 'active', 'disabled')),
  password_hash text COLLATE "C",
  created_at bigint NOT NULL,
  last_seen_at bigint
);

CREATE TABLE operator_passkeys (
  credential_id text COLLATE "C" PRIMARY KEY,
  operator_id text COLLATE "C" NOT NULL REFERENCES operators (id),
  name text COLLATE "C" NOT NULL,
  public_key text COLLATE "C" NOT NULL,
  counter bigint NOT NULL CHECK (counter >= 0),
  transports json_text NOT NULL,
  rp_id text COLLATE "C" NOT NULL,
  -- Challenges that were issued up to this time are spent.
  challenged_at bigint NOT NULL,
  created_at bigint NOT NULL,
  last_used_at bigint
);
CREATE INDEX operator_passkeys_by_operator ON operator_passkeys (operator_id);

CREATE TABLE operator_sessions (
  id text COLLATE "C" PRIMARY KEY,
  -- Of the cookie.
  secret_hash text COLLATE "C" NOT NULL UNIQUE CHECK (length(secret_hash) = 64),
  operator_id text COLLATE "C" NOT NULL REFERENCES operators (id),
  created_at bigint NOT NULL,
  seen_at bigint NOT NULL,
  idle_until bigint NOT NULL,
  expires_at bigint NOT NULL,
  ip text COLLATE "C" NOT NULL,
  user_agent text COLLATE "C" NOT NULL,
  -- The latest proof of identity: the sign-in, or a repeated one.
  proved_at bigint NOT NULL,
  proved_by text COLLATE "C" NOT NULL,
  CHECK (idle_until <= expires_at)
);
CREATE INDEX operator_sessions_by_operator ON operator_sessions (operator_id);

-- One-time links, at most one for each operator. The use of a link deletes it.
CREATE TABLE operator_links (
  operator_id text COLLATE "C" PRIMARY KEY REFERENCES operators (id),
  secret_hash text COLLATE "C" NOT NULL UNIQUE CHECK (length(secret_hash) = 64),
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL
);

-- API tokens of machines. A revoked one is kept, because the audit trail names it.
CREATE TABLE operator_tokens (
  id text COLLATE "C" PRIMARY KEY,
  secret_hash text COLLATE "C" NOT NULL UNIQUE CHECK (length(secret_hash) = 64),
  name text COLLATE "C" NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
  roles json_text NOT NULL,
  ip_allow_list json_text NOT NULL,
  expires_at bigint,
  -- Null: created with the bootstrap token.
  created_by text COLLATE "C" REFERENCES operators (id),
  created_at bigint NOT NULL,
  last_used_at bigint,
  revoked_at bigint
);
CREATE UNIQUE INDEX operator_tokens_valid ON operator_tokens (name) WHERE revoked_at IS NULL;
CREATE INDEX operator_tokens_named ON operator_tokens (name);
