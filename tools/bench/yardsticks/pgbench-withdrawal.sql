-- The reads and writes of one withdrawal with a withdrawOrderId (src/command/withdrawal/withdrawal-submit.ts), in one
-- transaction. Accounts take turns, as in the load on the servers, so that clients rarely wait for each other's rows.
-- chr(58) is a colon, which pgbench would interpret as a variable even within a string.
\set n :n + 1
\set account :first_account + (:n * :clients + :client_id) % :accounts
\set number (:run * 100 + :client_id) * 1000000000 + :n
BEGIN;
SELECT * FROM accounts WHERE id = :account;
SELECT * FROM withdrawals WHERE order_id = 'pgbench-' || :number::bigint AND account_id = :account;
SELECT * FROM deposit_addresses
  WHERE network = 'ETH' AND address_key = '0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b' AND address_tag = '';
SELECT * FROM balances WHERE account_id = :account AND asset = 'ETH' AND wallet = 'spot' FOR NO KEY UPDATE;
SELECT enter_transfers();
INSERT INTO transfers (at, kind, asset, amount, debit, credit, reference)
  VALUES (1800000000000, 'withdrawal-hold', 'ETH', 50000000, :account::bigint || chr(58) || 'spot' || chr(58) || 'free',
    :account::bigint || chr(58) || 'spot' || chr(58) || 'held', lpad(to_hex(:number::bigint), 32, '0'));
INSERT INTO withdrawals (id, account_id, asset, wallet, network, address, address_tag, amount, fee, name, order_id,
    order_content, stage, tx_id, signed_transaction, failure, applied_at, settled_at)
  VALUES (lpad(to_hex(:number::bigint), 32, '0'), :account, 'ETH', 'spot', 'ETH',
    '0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b', '', 50000000, 1000000, NULL, 'pgbench-' || :number::bigint,
    '["ETH",null,"0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b",null,"0.5",null]', 'queued', '', NULL, NULL,
    1800000000000, NULL);
UPDATE balances SET free = free - 50000000, held = held + 50000000 WHERE account_id = :account AND asset = 'ETH' AND wallet = 'spot';
COMMIT;
