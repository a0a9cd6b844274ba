/** Balances, custody, transfers, the seals over them and the balances at the end of each day. */
import type { TransferKind, Wallet } from '../../domain/ledger/ledger.ts';
import { flag, integer, table, text, units } from '../columns.ts';

export const ledgerTables = {
  balances: table(
    { accountId: integer, asset: text(), wallet: text<Wallet>(), free: units, held: units, owed: units },
    ['accountId', 'asset', 'wallet'],
  ),
  custody: table({ asset: text(), network: text(), available: units, waiting: integer }, [
    'asset',
    'network',
  ]),
  transfers: table(
    {
      seq: integer,
      at: integer,
      kind: text<TransferKind>(),
      asset: text(),
      amount: units,
      debit: text(),
      credit: text(),
      reference: text(),
    },
    ['seq'],
  ),
  closed_days: table({ day: integer, lastSeq: integer, complete: flag }, ['day']),
  closing_balances: table(
    { accountId: integer, asset: text(), wallet: text<Wallet>(), day: integer, free: units, held: units },
    ['accountId', 'asset', 'wallet', 'day'],
  ),
  transfer_seals: table({ lastSeq: integer, hash: text(), sealedAt: integer }, ['lastSeq']),
} as const;
