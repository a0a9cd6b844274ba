/** Searches movements of customers within the exchange, and records that customers know by a number. */
import type { Row } from '../../store/tables.ts';
import type { OperatorParts } from '../handler.ts';
import { amountText, emailsOf } from '../handlers/subject.ts';
import { viewWithdrawals } from '../views/withdrawal-view.ts';
import { type Found, firstOf, type Hit, hitOf, maxHits, nothing, one, withdrawalHit } from './hit.ts';

type FamilyTransfer = Row<'sub_account_transfers'>;
type Matched = Hit['matched'];

const ledgerOf = (tranId: number) => `/transfers?reference=${tranId}`;

/** Finds transfers between accounts and wallets, and conversions of dust; dividends are found elsewhere. */
export async function findNumbered(parts: OperatorParts, tranId: number): Promise<readonly Found[]> {
  const { reads } = parts;
  const family = await reads.row('sub_account_transfers', { tranId });
  const wallet = await reads.row('wallet_transfers', { tranId });
  const dust = await reads.row('dust_conversions', { tranId });
  const emailOf = await emailsOf(reads, [wallet?.accountId ?? null, dust?.accountId ?? null]);
  const hit = (kind: Hit['kind'], accountId: number, time: number, details: Partial<Hit> = {}) =>
    one(
      hitOf(kind, String(tranId), 'number', ledgerOf(tranId), {
        ...{ account: emailOf(accountId), time },
        ...details,
      }),
    );
  return [
    await familyTransfers(parts, family === undefined ? [] : [family], 'number'),
    wallet === undefined
      ? nothing
      : hit('wallet-transfer', wallet.accountId, wallet.at, movedBy(parts, wallet)),
    dust === undefined ? nothing : hit('dust-conversion', dust.accountId, dust.at),
  ];
}

/** Finds a transfer between accounts by the id that a program of the customer has given it (`clientTranId`). */
export async function findByClientId(parts: OperatorParts, clientId: string): Promise<readonly Found[]> {
  const rows = await parts.reads.familyTransfersOfClient(clientId, maxHits + 1);
  return [await familyTransfers(parts, rows, 'client-id')];
}

/** Finds a withdrawal with a questionnaire by the number that its customer got (`trId`). */
export async function findQuestioned(parts: OperatorParts, trId: number): Promise<readonly Found[]> {
  const row = await parts.reads.row('withdrawal_questionnaires', { trId });
  if (row === undefined) return [nothing];
  const withdrawals = await parts.reads.withdrawalsNamed([row.withdrawalId]);
  return [firstOf(await viewWithdrawals(parts, withdrawals), (view) => withdrawalHit(view, 'number'))];
}

async function familyTransfers(
  parts: OperatorParts,
  rows: readonly FamilyTransfer[],
  matched: Matched,
): Promise<Found> {
  const emailOf = await emailsOf(
    parts.reads,
    rows.map(({ fromAccountId }) => fromAccountId),
  );
  return firstOf(rows, (row) =>
    hitOf('sub-account-transfer', String(row.tranId), matched, ledgerOf(row.tranId), {
      ...{ account: emailOf(row.fromAccountId), time: row.at },
      ...movedBy(parts, row),
    }),
  );
}

const movedBy = (parts: OperatorParts, { asset, amount }: { asset: string; amount: bigint }) => ({
  asset,
  amount: amountText(parts, asset, amount),
});
