/** One withdrawal: its history, and the actions on it. */
import type { listTransfers } from '../../contract/operator/transfers.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { type Child, html } from '../kit/html.ts';
import { ActionButton } from '../parts/action.ts';
import { actorName, customer, money, none, state, time, wholeId } from '../parts/cells.ts';
import { PageHead } from '../parts/page-head.ts';
import { useResource } from '../parts/resource.ts';
import { whenRead } from '../parts/status.ts';
import { type Column, Facts, Section, Table } from '../parts/table.ts';
import { type Step, Timeline } from '../parts/timeline.ts';
import { text } from '../texts.ts';
import { actionsOf } from './withdrawal-actions.ts';
import type { Withdrawal } from './withdrawal-data.ts';

type Transfers = OperatorReply<typeof listTransfers>;
const own = text.withdrawals;

export function WithdrawalPage({ id }: { readonly id: string }): Child {
  const withdrawal = useResource<Withdrawal>(`/withdrawals/${id}`);
  const transfers = useResource<Transfers>('/transfers', { reference: id, limit: 100 });
  const changed = () => Promise.all([withdrawal.reload(), transfers.reload()]);
  return whenRead(
    withdrawal,
    (data) => html`<${PageHead} title=${own.one} id=${data.id} back="/withdrawals"
        tools=${actionsOf(data).map((action) => html`<${ActionButton} key=${action.label} action=${action} done=${changed} />`)} />
      <${Facts} of=${factsOf(data)} />
      ${data.transactions.length > 0 && html`<${Transactions} of=${data} />`}
      <${Section} title=${own.timeline}><${Timeline} steps=${stepsOf(data, transfers.data.value)} /><//>`,
  );
}

function factsOf(data: Withdrawal): readonly (readonly [string, Child])[] {
  const { approvalsNeeded, approvals, approvalRule } = data;
  return [
    [text.common.amount, money(data.amount, data.asset)],
    [own.fee, money(data.fee, data.asset)],
    [own.netAmount, money(data.netAmount, data.asset)],
    [text.common.stage, state(data.stage)],
    [text.common.customer, customer(data.email)],
    [text.common.network, data.network],
    [own.approvals, approvalsNeeded === 0 ? own.none : own.needed(approvals.length, approvalsNeeded)],
    ...(approvalRule === null ? [] : [[own.rule, approvalRule.name] as const]),
    ...(data.waitingFor === null ? [] : [[own.waitingFor, data.waitingFor.replaceAll('-', ' ')] as const]),
    ...claimFacts(data),
    ...(data.failure === null ? [] : [[own.failure, data.failure] as const]),
    [text.common.address, wholeId(data.address)],
    ...(data.addressTag === '' ? [] : [[own.tag, wholeId(data.addressTag)] as const]),
    [own.name, data.name ?? none],
    [text.common.order, data.withdrawOrderId === null ? none : wholeId(data.withdrawOrderId)],
  ];
}

function claimFacts({ claim, stage }: Withdrawal): readonly (readonly [string, Child])[] {
  if (claim === null) return [];
  const { ownerName, isOwn, expireTime } = claim;
  const isRunning = stage === 'claimed' || stage === 'unknown';
  return [
    [
      text.settlement.owner,
      isOwn ? html`${actorName(ownerName)} (${text.settlement.you})` : actorName(ownerName),
    ],
    ...(isRunning ? [[text.settlement.lease, time(expireTime)] as const] : []),
  ];
}

type Transaction = Withdrawal['transactions'][number];

function Transactions({ of: { transactions, minConfirm } }: { readonly of: Withdrawal }): Child {
  const columns: readonly Column<Transaction>[] = [
    { title: text.common.time, cell: ({ time: at }) => time(at) },
    { title: text.common.transaction, cell: ({ txId }) => wholeId(txId) },
    {
      title: own.confirmations,
      cell: ({ confirmations }) =>
        confirmations === null ? none : text.settlement.confirmationsOf(confirmations, minConfirm),
      isNumber: true,
    },
  ];
  return html`<${Section} title=${own.transactions}>
    <${Table} caption=${own.transactions} rows=${transactions} columns=${columns} keyOf=${({ txId }: Transaction) => txId} />
  <//>`;
}

function stepsOf(data: Withdrawal, transfers: Transfers | undefined): readonly Step[] {
  // Newest first in the reply; several may have the same time.
  const booked = [...(transfers?.transfers ?? [])].reverse().map(({ seq, at, kind, amount, asset }) => ({
    at,
    what: html`<a href=${`/ledger/${seq}`}>${kind.replaceAll('-', ' ')}</a>`,
    amount: money(amount, asset),
  }));
  const approved = data.approvals.map(({ name, time: at }) => ({
    at,
    what: own.approvedBy(actorName(name)),
  }));
  const ended = data.settleTime === null ? [] : [{ at: data.settleTime, what: own.ended(data.stage) }];
  const rest = [...booked, ...approved].sort((one, other) => one.at - other.at);
  return [
    { at: data.applyTime, what: own.requested, amount: money(data.amount, data.asset) },
    ...rest,
    ...ended,
  ];
}
