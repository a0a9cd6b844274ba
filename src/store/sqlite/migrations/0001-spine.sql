-- Amounts are integer units as canonical decimal text. A CHECK rejects text that does not begin with a digit (':'
-- follows '9' in ASCII), so that no amount is negative. It compares text because a GLOB costs as much as writing the
-- rest of the row. SQLite appends the row's key to every index, so indexes do not name it.

-- The last number of each sequence. Every table with such numbers, and the transaction ids of withdrawals within the
-- exchange, take them from here.
CREATE TABLE sequences (name TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO sequences VALUES ('tran_ids', 2966662588), ('account_ids', 10000000);
CREATE TRIGGER sequences_never_go_back BEFORE UPDATE ON sequences WHEN new.last < old.last
  BEGIN SELECT RAISE(ABORT, 'sequences never go back'); END;

CREATE TABLE accounts (
  id INTEGER PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,
  master_id INTEGER REFERENCES accounts (id),
  enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  withdraw_confirmation TEXT NOT NULL CHECK (withdraw_confirmation IN ('none', 'email')),
  -- Withdrawals only to whitelisted addresses of the address book.
  whitelist_only INTEGER NOT NULL CHECK (whitelist_only IN (0, 1)),
  -- The value of the withdrawals of 24 hours in US dollars, canonical decimal text.
  withdraw_quota_usd TEXT,
  -- The questionnaire that withdrawals need; NIL: none.
  travel_rule_country TEXT NOT NULL CHECK (length(travel_rule_country) BETWEEN 2 AND 3),
  status_message TEXT,
  status_arguments TEXT NOT NULL,
  mobile TEXT NOT NULL,
  google_auth INTEGER NOT NULL,
  activated INTEGER NOT NULL,
  locked_until INTEGER,
  lock_reason TEXT,
  lock_count INTEGER NOT NULL,
  last_locked_at INTEGER,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX accounts_by_master ON accounts (master_id);

-- Switches that owners of accounts have turned.
CREATE TABLE account_switches (
  account_id INTEGER PRIMARY KEY REFERENCES accounts (id),
  spot_bnb_burn INTEGER NOT NULL CHECK (spot_bnb_burn IN (0, 1)),
  interest_bnb_burn INTEGER NOT NULL CHECK (interest_bnb_burn IN (0, 1)),
  fast_withdraw INTEGER NOT NULL CHECK (fast_withdraw IN (0, 1)),
  -- When one of them was turned last.
  turned_at INTEGER NOT NULL
) STRICT;

CREATE TABLE api_keys (
  api_key TEXT PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  -- Chosen by the customer.
  name TEXT NOT NULL,
  key_type TEXT NOT NULL CHECK (key_type IN ('hmac', 'rsa', 'ed25519')),
  -- The secret of an hmac key; the others have a public key (PEM).
  encrypted_secret TEXT CHECK ((encrypted_secret IS NOT NULL) = (key_type = 'hmac')),
  public_key TEXT CHECK ((public_key IS NULL) = (key_type = 'hmac')),
  permissions TEXT NOT NULL,
  ip_allow_list TEXT NOT NULL,
  expires_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  demo INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX api_keys_by_account ON api_keys (account_id);

CREATE TABLE assets (asset TEXT PRIMARY KEY, definition TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE networks (
  network TEXT PRIMARY KEY,
  -- What connects the network to its chain.
  connector TEXT NOT NULL CHECK (connector IN ('simulated')),
  definition TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE prices (asset TEXT PRIMARY KEY, price TEXT NOT NULL, updated_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE symbols (symbol TEXT PRIMARY KEY, definition TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- All blocks of a network up to a height have been looked through for deposits, and for withdrawals that are as deep as
-- each of the depths.
CREATE TABLE chain_cursors (
  network TEXT PRIMARY KEY,
  height INTEGER NOT NULL,
  -- Which branch of the chain that was, in the words of the network's connector.
  position TEXT NOT NULL,
  depths TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE balances (
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  asset TEXT NOT NULL,
  wallet TEXT NOT NULL CHECK (wallet IN ('spot', 'funding')),
  free TEXT NOT NULL CHECK (free >= '0' AND free < ':'),
  held TEXT NOT NULL CHECK (held >= '0' AND held < ':'),
  PRIMARY KEY (account_id, asset, wallet)
) STRICT, WITHOUT ROWID;
CREATE INDEX balances_by_asset ON balances (asset, account_id, wallet);

-- Custody that is not yet committed to a broadcast, and the number of withdrawals that wait for liquidity.
CREATE TABLE custody (
  asset TEXT NOT NULL,
  network TEXT NOT NULL,
  available TEXT NOT NULL CHECK (available >= '0' AND available < ':'),
  waiting INTEGER NOT NULL CHECK (waiting >= 0),
  PRIMARY KEY (asset, network)
) STRICT, WITHOUT ROWID;

-- Append-only: the triggers below prevent updates and deletes.
CREATE TABLE transfers (
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  asset TEXT NOT NULL,
  amount TEXT NOT NULL CHECK (amount > '0' AND amount < ':'),
  debit TEXT NOT NULL,
  credit TEXT NOT NULL,
  reference TEXT NOT NULL,
  CHECK (debit <> credit)
) STRICT;
CREATE TRIGGER transfers_are_not_edited BEFORE UPDATE ON transfers BEGIN SELECT RAISE(ABORT, 'transfers are never edited'); END;
CREATE TRIGGER transfers_are_not_deleted BEFORE DELETE ON transfers BEGIN SELECT RAISE(ABORT, 'transfers are never deleted'); END;

-- The transfers of a UTC day (number of days since 1970): those after the last one of the day before, up to last_seq.
CREATE TABLE closed_days (
  day INTEGER PRIMARY KEY,
  last_seq INTEGER NOT NULL,
  complete INTEGER NOT NULL CHECK (complete IN (0, 1))
) STRICT;
-- Balances after the last transfer of a day, of days in which they changed.
CREATE TABLE closing_balances (
  account_id INTEGER NOT NULL,
  asset TEXT NOT NULL,
  wallet TEXT NOT NULL CHECK (wallet IN ('spot', 'funding')),
  day INTEGER NOT NULL REFERENCES closed_days,
  free TEXT NOT NULL CHECK (free >= '0' AND free < ':'),
  held TEXT NOT NULL CHECK (held >= '0' AND held < ':'),
  PRIMARY KEY (account_id, asset, wallet, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE transfer_seals (last_seq INTEGER PRIMARY KEY, hash TEXT NOT NULL, sealed_at INTEGER NOT NULL) STRICT;

-- address_key is equal for all spellings of an address; address is the spelling that is shown. An address belongs to an
-- account on all networks of its group; network is the one that it was issued for first. Retired addresses still
-- receive deposits.
CREATE TABLE deposit_addresses (
  address_group TEXT NOT NULL,
  address_key TEXT NOT NULL,
  address_tag TEXT NOT NULL,
  address TEXT NOT NULL,
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  network TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  retired_at INTEGER,
  PRIMARY KEY (address_group, address_key, address_tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX deposit_addresses_by_account ON deposit_addresses (account_id, address_group);
CREATE UNIQUE INDEX deposit_addresses_active ON deposit_addresses (account_id, address_group) WHERE retired_at IS NULL;

-- Addresses for withdrawals, by account. address_key and address_tag are equal for all spellings of a destination.
CREATE TABLE address_book (
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  asset TEXT NOT NULL,
  network TEXT NOT NULL,
  address_key TEXT NOT NULL,
  address_tag TEXT NOT NULL,
  address TEXT NOT NULL,
  name TEXT NOT NULL,
  origin_type TEXT NOT NULL,
  origin TEXT NOT NULL,
  -- From when the cooling-off time runs; null: not whitelisted.
  whitelisted_at INTEGER,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (account_id, asset, network, address_key, address_tag)
) STRICT, WITHOUT ROWID;

CREATE TABLE deposits (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  asset TEXT NOT NULL,
  network TEXT NOT NULL,
  address TEXT NOT NULL,
  address_tag TEXT NOT NULL,
  tx_id TEXT NOT NULL,
  -- The index of the transaction's output or log entry.
  output_index INTEGER NOT NULL CHECK (output_index BETWEEN 0 AND 2147483647),
  -- The credited units. Zero only if the whole amount is below one unit and thus in remainder.
  amount TEXT NOT NULL CHECK (amount >= '0' AND amount < ':'),
  -- The part of the received amount below one unit, as canonical decimal text. It is never credited.
  remainder TEXT NOT NULL CHECK (remainder = '0' OR remainder GLOB '0.[0-9]*'),
  stage TEXT NOT NULL CHECK (stage IN ('pending', 'suspended', 'credited', 'completed', 'below-minimum', 'unattributed',
    'returning', 'returned', 'vanished')),
  confirmations INTEGER NOT NULL,
  inserted_at INTEGER NOT NULL,
  -- From when on it could be withdrawn, while its stage is completed.
  completed_at INTEGER,
  -- Of the block that it is in, as far as known.
  block_height INTEGER,
  -- When its block was reorganised away, if that is so now and it had been credited.
  reorganised_at INTEGER,
  CHECK (amount > '0' OR (remainder <> '0' AND stage = 'below-minimum')),
  -- Unattributed deposits belong to the reserved account 0, and only they do.
  CHECK (account_id <> 0 OR stage NOT IN ('credited', 'completed')),
  CHECK (account_id = 0 OR stage NOT IN ('unattributed', 'returning', 'returned')),
  -- One output of a transaction is one deposit, however often it is observed.
  UNIQUE (network, tx_id, output_index, asset)
) STRICT;
CREATE INDEX deposits_by_account ON deposits (account_id, inserted_at);
-- Deposits that wait for confirmations.
CREATE INDEX deposits_in_progress ON deposits (network) WHERE stage IN ('pending', 'suspended', 'credited');
-- Deposits that are credited and cannot be used yet.
CREATE INDEX deposits_locked ON deposits (account_id, asset) WHERE stage = 'credited';
CREATE INDEX deposits_unattributed ON deposits (stage) WHERE account_id = 0;
CREATE INDEX deposits_with_remainder ON deposits (seq) WHERE remainder <> '0';
CREATE INDEX deposits_by_block ON deposits (network, block_height) WHERE block_height IS NOT NULL;
CREATE INDEX deposits_reorganised ON deposits (seq) WHERE reorganised_at IS NOT NULL;

CREATE TABLE withdrawals (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  asset TEXT NOT NULL,
  -- The wallet that pays.
  wallet TEXT NOT NULL CHECK (wallet IN ('spot', 'funding')),
  network TEXT NOT NULL,
  address TEXT NOT NULL,
  address_tag TEXT NOT NULL,
  amount TEXT NOT NULL CHECK (amount > '0' AND amount < ':'),
  fee TEXT NOT NULL CHECK (fee >= '0' AND fee < ':'),
  -- Who gets the fee if the recipient has an account here. Null: the exchange.
  fee_to TEXT CHECK (fee_to IN ('recipient', 'sender')),
  name TEXT,
  order_id TEXT,
  order_content TEXT,
  stage TEXT NOT NULL,
  -- Null is tested first, because SQLite builds a temporary index for a list of more than two values.
  waiting_for TEXT CHECK (
    waiting_for IS NULL OR waiting_for IN ('liquidity', 'network-closed', 'account-disabled', 'own-address')
  ),
  tx_id TEXT NOT NULL,
  signed_transaction TEXT,
  failure TEXT,
  applied_at INTEGER NOT NULL,
  settled_at INTEGER,
  CHECK ((stage = 'waiting') = (waiting_for IS NOT NULL)),
  -- While it is broadcast, `failure` marks a withdrawal that an operator is failing, which cannot be completed then.
  CHECK (stage = 'broadcast' OR (stage = 'failed') = (failure IS NOT NULL))
) STRICT;
CREATE INDEX withdrawals_by_account ON withdrawals (account_id, applied_at);
-- Order ids are idempotency keys and never expire. The order id comes first, so that ids that increase with time fill
-- the index page by page across all accounts.
CREATE UNIQUE INDEX withdrawals_by_order_id ON withdrawals (order_id, account_id) WHERE order_id IS NOT NULL;
-- Open withdrawals. (SQLite uses a partial index with OR for a query that contains one of its terms, spelled the same.)
CREATE INDEX withdrawals_by_stage ON withdrawals (stage)
  WHERE stage = 'email-sent' OR stage = 'awaiting-approval' OR stage = 'queued' OR stage = 'waiting' OR stage = 'broadcast';
-- Waiting withdrawals, by reason, network and asset, in the order of submission.
CREATE INDEX withdrawals_waiting ON withdrawals (waiting_for, network, asset) WHERE waiting_for IS NOT NULL;
CREATE INDEX withdrawals_waiting_by_account ON withdrawals (waiting_for, account_id) WHERE waiting_for IS NOT NULL;
-- No two withdrawals share a transaction.
CREATE UNIQUE INDEX withdrawals_by_transaction ON withdrawals (tx_id, network) WHERE signed_transaction IS NOT NULL;

-- The answers about the recipient that the travel rule requires. country is the one whose rules they met; at is the
-- time of the withdrawal, also if they were added later.
CREATE TABLE withdrawal_questionnaires (
  withdrawal_id TEXT PRIMARY KEY REFERENCES withdrawals (id),
  tr_id INTEGER NOT NULL,
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  country TEXT NOT NULL,
  questionnaire TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX withdrawal_questionnaires_by_number ON withdrawal_questionnaires (tr_id);
CREATE INDEX withdrawal_questionnaires_by_account ON withdrawal_questionnaires (account_id, at, tr_id);

-- The transactions of withdrawals that have more than one. (A single transaction is stored in the withdrawal's row.)
CREATE TABLE withdrawal_attempts (
  withdrawal_id TEXT NOT NULL REFERENCES withdrawals (id),
  attempt INTEGER NOT NULL CHECK (attempt > 0),
  network TEXT NOT NULL,
  tx_id TEXT NOT NULL,
  signed_transaction TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('sent', 'mined', 'failed')),
  created_at INTEGER NOT NULL,
  PRIMARY KEY (withdrawal_id, attempt)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX withdrawal_attempts_by_transaction ON withdrawal_attempts (tx_id, network);
-- At most one transaction of a withdrawal is mined.
CREATE UNIQUE INDEX withdrawal_attempts_mined ON withdrawal_attempts (withdrawal_id) WHERE state = 'mined';

-- Nonces and outputs that the transaction of a withdrawal uses, so that no other transaction can.
CREATE TABLE chain_reservations (
  network TEXT NOT NULL,
  resource TEXT NOT NULL,
  withdrawal_id TEXT NOT NULL REFERENCES withdrawals (id),
  PRIMARY KEY (network, resource)
) STRICT, WITHOUT ROWID;

CREATE TABLE sub_account_transfers (
  tran_id INTEGER PRIMARY KEY,
  master_id INTEGER NOT NULL REFERENCES accounts (id),
  from_account_id INTEGER NOT NULL REFERENCES accounts (id),
  to_account_id INTEGER NOT NULL REFERENCES accounts (id),
  asset TEXT NOT NULL,
  amount TEXT NOT NULL,
  at INTEGER NOT NULL,
  -- Chosen by the client.
  client_id TEXT
) STRICT;
CREATE INDEX sub_account_transfers_by_sender ON sub_account_transfers (from_account_id, at);
CREATE INDEX sub_account_transfers_by_recipient ON sub_account_transfers (to_account_id, at);
-- Client ids are idempotency keys and never expire.
CREATE UNIQUE INDEX sub_account_transfers_by_client_id ON sub_account_transfers (client_id, master_id)
  WHERE client_id IS NOT NULL;

-- Transfers between the two wallets of an account, by the wallet that they leave.
CREATE TABLE wallet_transfers (
  tran_id INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  from_wallet TEXT NOT NULL CHECK (from_wallet IN ('spot', 'funding')),
  asset TEXT NOT NULL,
  amount TEXT NOT NULL CHECK (amount > '0' AND amount < ':'),
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX wallet_transfers_by_account ON wallet_transfers (account_id, at);

CREATE TABLE dust_conversions (
  tran_id INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  lines TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX dust_conversions_by_account ON dust_conversions (account_id, at);

CREATE TABLE dividends (
  tran_id INTEGER PRIMARY KEY,
  asset TEXT NOT NULL,
  holders_of TEXT NOT NULL,
  -- The network whose custody pays.
  network TEXT NOT NULL,
  total TEXT NOT NULL,
  info TEXT NOT NULL,
  -- preparing: the shares are being stored, and none has been paid; distributing: the shares are being paid.
  state TEXT NOT NULL CHECK (state IN ('preparing', 'distributing', 'done')),
  payments INTEGER NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX dividends_unfinished ON dividends (tran_id) WHERE state <> 'done';

-- Shares that have not been paid. The commit that pays a share deletes it.
CREATE TABLE dividend_shares (
  tran_id INTEGER NOT NULL REFERENCES dividends (tran_id),
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  amount TEXT NOT NULL CHECK (amount > '0' AND amount < ':'),
  PRIMARY KEY (tran_id, account_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE dividend_payments (
  tran_id INTEGER NOT NULL REFERENCES dividends (tran_id),
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  asset TEXT NOT NULL,
  amount TEXT NOT NULL,
  info TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (tran_id, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX dividend_payments_by_account ON dividend_payments (account_id, at, tran_id);

CREATE TABLE order_events (
  seq INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  symbol TEXT NOT NULL,
  time_in_force TEXT NOT NULL,
  submitted TEXT NOT NULL,
  filled TEXT NOT NULL,
  outcome TEXT NOT NULL,
  open_ms INTEGER,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX order_events_by_time ON order_events (at, account_id);
CREATE INDEX order_events_by_account ON order_events (account_id, at);

CREATE TABLE trading_indicators (
  account_id INTEGER PRIMARY KEY REFERENCES accounts (id),
  indicators TEXT NOT NULL,
  evaluated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX trading_indicators_shown ON trading_indicators (account_id) WHERE indicators <> '{}';

CREATE TABLE bans (
  -- An IPv4 address, or the /64 network of an IPv6 address.
  ip TEXT PRIMARY KEY CHECK (length(ip) BETWEEN 2 AND 43),
  banned_until INTEGER NOT NULL,
  offences INTEGER NOT NULL,
  last_offence_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The first reply to each request with an idempotency key; a repeated request must have the same content.
CREATE TABLE idempotency_keys (
  operation TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  content TEXT NOT NULL,
  reply TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (operation, idempotency_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  reason TEXT NOT NULL,
  details TEXT NOT NULL
) STRICT;

-- One row for each commit that wrote transfers (ranges of their numbers) or changed what no transfer tells.
CREATE TABLE event_log (
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  transfers TEXT NOT NULL,
  events TEXT NOT NULL
) STRICT;
