/** Deposits, and the blocks up to which networks have been scanned for them. */
import type { DepositStage } from '../../contract/deposit-stages.ts';
import { integer, json, nullable, table, text, units } from '../columns.ts';

export const depositTables = {
  chain_cursors: table(
    { network: text(), height: integer, position: text(), depths: json<readonly number[]>() },
    ['network'],
  ),
  deposits: table(
    {
      seq: integer,
      id: text(),
      accountId: integer,
      asset: text(),
      network: text(),
      address: text(),
      addressTag: text(),
      txId: text(),
      outputIndex: integer,
      amount: units,
      remainder: text(),
      stage: text<DepositStage>(),
      confirmations: integer,
      insertedAt: integer,
      completedAt: nullable(integer),
      blockHeight: nullable(integer),
      reorganisedAt: nullable(integer),
    },
    ['id'],
  ),
} as const;
