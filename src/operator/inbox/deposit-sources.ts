/** Deposits that wait for a person: without an owner, or credited in a block that is gone. */
import * as operations from '../../contract/operator/deposits.ts';
import { unattributedAccountId } from '../../domain/deposit/unattributed-account.ts';
import type { Row } from '../../store/tables.ts';
import type { OperatorParts } from '../handler.ts';
import { amountText, emailsOf } from '../handlers/subject.ts';
import {
  actionsOf,
  everyRow,
  type InboxItem,
  type InboxKind,
  inboxSource,
  oldestBehind,
  type Waiting,
} from './inbox-source.ts';

type Deposit = Row<'deposits'>;

async function itemsOf(
  kind: InboxKind,
  parts: OperatorParts,
  waiting: readonly Waiting<Deposit>[],
  detailOf: (row: Deposit) => Pick<InboxItem, 'reason' | 'actions'>,
): Promise<readonly InboxItem[]> {
  const emailOf = await emailsOf(
    parts.reads,
    waiting.map(({ row }) => row.accountId),
  );
  return waiting.map(({ row, since }) => ({
    id: `${kind}:${row.id}`,
    kind,
    since,
    subject: { kind: 'deposit', id: row.id, path: `/operator/v1/deposits/${row.id}` },
    account: row.accountId === unattributedAccountId ? null : emailOf(row.accountId),
    asset: row.asset,
    network: row.network,
    amount: amountText(parts, row.asset, row.amount),
    destination: null,
    excluded: null,
    ...detailOf(row),
  }));
}

export const unattributedDeposits = inboxSource<Deposit>({
  kind: 'unattributed-deposit',
  read: async ({ reads }, after, limit) =>
    (await reads.depositsUnattributed('unattributed', after.seq, limit)).map((row) => ({
      seq: row.seq,
      since: row.insertedAt,
      row,
    })),
  render: (parts, viewer, waiting) =>
    itemsOf('unattributed-deposit', parts, waiting, (row) => ({
      reason:
        row.addressTag === ''
          ? `Its owner is not known (paid to ${row.address} without a tag): assign it to an account, or send it back.`
          : `Its owner is not known (paid to ${row.address} with the tag ${row.addressTag}): assign it to an account, or send it back.`,
      actions: actionsOf(viewer, row.id, [operations.assignDeposit, operations.returnDeposit]),
    })),
});

export const reorganisedDeposits = inboxSource<Deposit>({
  kind: 'reorganised-deposit',
  read: async ({ reads }, after, limit) => {
    const rows = await everyRow((...page) => reads.depositsReorganised(...page));
    const waiting = rows.map((row) => ({ seq: row.seq, since: row.reorganisedAt ?? row.insertedAt, row }));
    return oldestBehind(waiting, after, limit);
  },
  async render(parts, viewer, waiting) {
    const custody = await parts.reads.rows('custody', {});
    const heldFor = ({ asset, network }: Deposit) =>
      custody.find((held) => held.asset === asset && held.network === network)?.available ?? 0n;
    return itemsOf('reorganised-deposit', parts, waiting, (row) => {
      const held = heldFor(row);
      const isShort = held < row.amount;
      const lost = `It was credited, and its block is no longer part of the chain of ${row.network}`;
      const shortage = `custody there has only ${amountText(parts, row.asset, held)}, and the credit cannot be taken back before it has the whole amount: bring it in by a credit that is backed.`;
      return {
        reason: isShort
          ? `${lost}; ${shortage}`
          : `${lost}: wait until another block has it, or take the credit back.`,
        actions: isShort ? [] : actionsOf(viewer, row.id, [operations.reverseDeposit]),
      };
    });
  },
});
