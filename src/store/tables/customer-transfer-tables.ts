/** Movements that customers make within the exchange: between accounts, wallets and assets. */
import type { StoredDustLine } from '../../domain/dust.ts';
import type { Wallet } from '../../domain/ledger/ledger.ts';
import { integer, json, nullable, table, text, units } from '../columns.ts';

export const customerTransferTables = {
  sub_account_transfers: table(
    {
      tranId: integer,
      masterId: integer,
      fromAccountId: integer,
      toAccountId: integer,
      asset: text(),
      amount: units,
      at: integer,
      clientId: nullable(text()),
    },
    ['tranId'],
  ),
  wallet_transfers: table(
    {
      tranId: integer,
      accountId: integer,
      fromWallet: text<Wallet>(),
      asset: text(),
      amount: units,
      at: integer,
    },
    ['tranId'],
  ),
  dust_conversions: table(
    { tranId: integer, accountId: integer, lines: json<readonly StoredDustLine[]>(), at: integer },
    ['tranId'],
  ),
} as const;
