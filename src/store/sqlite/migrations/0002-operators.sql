-- The people who operate the exchange, and what authenticates them. Secrets are stored as SHA-256 in hexadecimal,
-- passwords by scrypt. Times are real times, also in the lab.
CREATE TABLE operators (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 64),
  roles TEXT NOT NULL,
  -- invited: has neither password nor passkey yet.
  state TEXT NOT NULL CHECK (state IN ('invited', 'active', 'disabled')),
  password_hash TEXT,
  created_at INTEGER NOT NULL,
  last_seen_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE operator_passkeys (
  credential_id TEXT PRIMARY KEY,
  operator_id TEXT NOT NULL REFERENCES operators (id),
  name TEXT NOT NULL,
  public_key TEXT NOT NULL,
  counter INTEGER NOT NULL CHECK (counter >= 0),
  transports TEXT NOT NULL,
  rp_id TEXT NOT NULL,
  -- Challenges that were issued up to this time are spent.
  challenged_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX operator_passkeys_by_operator ON operator_passkeys (operator_id);

CREATE TABLE operator_sessions (
  id TEXT PRIMARY KEY,
  -- Of the cookie.
  secret_hash TEXT NOT NULL UNIQUE CHECK (length(secret_hash) = 64),
  operator_id TEXT NOT NULL REFERENCES operators (id),
  created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  idle_until INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  ip TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  -- The latest proof of identity: the sign-in, or a repeated one.
  proved_at INTEGER NOT NULL,
  proved_by TEXT NOT NULL,
  CHECK (idle_until <= expires_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX operator_sessions_by_operator ON operator_sessions (operator_id);

-- One-time links, at most one for each operator. The use of a link deletes it.
CREATE TABLE operator_links (
  operator_id TEXT PRIMARY KEY REFERENCES operators (id),
  secret_hash TEXT NOT NULL UNIQUE CHECK (length(secret_hash) = 64),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- API tokens of machines. A revoked one is kept, because the audit trail names it.
CREATE TABLE operator_tokens (
  id TEXT PRIMARY KEY,
  secret_hash TEXT NOT NULL UNIQUE CHECK (length(secret_hash) = 64),
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
  roles TEXT NOT NULL,
  ip_allow_list TEXT NOT NULL,
  expires_at INTEGER,
  -- Null: created with the bootstrap token.
  created_by TEXT REFERENCES operators (id),
  created_at INTEGER NOT NULL,
  last_used_at INTEGER,
  revoked_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX operator_tokens_valid ON operator_tokens (name) WHERE revoked_at IS NULL;
CREATE INDEX operator_tokens_named ON operator_tokens (name);
