/** Deposits: the list, and one deposit with the actions on it. */
import { depositStages } from '../../contract/deposit-stages.ts';
import type { getDeposit } from '../../contract/operator/deposits.ts';
import type { getNetwork } from '../../contract/operator/networks.ts';
import type { listTransfers } from '../../contract/operator/transfers.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { type Child, html } from '../kit/html.ts';
import { type Action, ActionButton, reasonField } from '../parts/action.ts';
import { customer, idLink, money, shortId, state, time, wholeId } from '../parts/cells.ts';
import { amountFilters, emailFilter, placeFilters, timeFilters } from '../parts/filters.ts';
import { ListPage } from '../parts/list-page.ts';
import { PageHead } from '../parts/page-head.ts';
import { useResource } from '../parts/resource.ts';
import { whenRead } from '../parts/status.ts';
import { type Column, Facts, Section } from '../parts/table.ts';
import { type Step, Timeline } from '../parts/timeline.ts';
import { text } from '../texts.ts';
import { reportAgain } from './network-actions.ts';

type Deposit = OperatorReply<typeof getDeposit>;
type Network = OperatorReply<typeof getNetwork>;
type Transfers = OperatorReply<typeof listTransfers>;

const own = text.deposits;
const pathOf = (id: string) => `/deposits/${id}`;

export const depositColumns: readonly Column<Deposit>[] = [
  { title: own.received, cell: ({ id, insertTime }) => html`<a href=${pathOf(id)}>${time(insertTime)}</a>` },
  { title: text.common.customer, cell: ({ email }) => customer(email) },
  { title: text.common.amount, cell: ({ amount, asset }) => money(amount, asset), isNumber: true },
  { title: text.common.network, cell: ({ network }) => network },
  { title: text.common.stage, cell: ({ stage }) => state(stage) },
  { title: own.confirmations, cell: ({ confirmations }) => confirmations, isNumber: true },
  { title: text.common.transaction, cell: ({ txId }) => shortId(txId) },
];

const filters = [
  emailFilter,
  ...placeFilters,
  { name: 'stage', label: text.common.stage, options: depositStages },
  { name: 'address', label: text.common.address },
  { name: 'txId', label: text.common.transaction },
  ...amountFilters,
  ...timeFilters,
];

export function DepositsPage(): Child {
  return html`<${ListPage} title=${own.title} path="/deposits" rowsName="deposits" filters=${filters}
    columns=${depositColumns} keyOf=${({ id }: Deposit) => id} empty=${own.empty} />`;
}

export function DepositPage({ id }: { readonly id: string }): Child {
  const deposit = useResource<Deposit>(pathOf(id));
  const transfers = useResource<Transfers>('/transfers', { reference: id, limit: 100 });
  const { connector } = useResource<Network>(
    deposit.data.value === undefined ? null : `/networks/${deposit.data.value.network}`,
  ).data.value ?? { connector: undefined };
  const changed = () => Promise.all([deposit.reload(), transfers.reload()]);
  return whenRead(
    deposit,
    (data) => html`<${PageHead} title=${own.one} id=${data.id} back="/deposits"
        tools=${actionsOf(data, connector === 'manual').map((action) => html`<${ActionButton} key=${action.label} action=${action} done=${changed} />`)} />
      <${Facts} of=${factsOf(data)} />
      <${Section} title=${own.timeline}><${Timeline} steps=${stepsOf(data, transfers.data.value)} /><//>`,
  );
}

function factsOf(data: Deposit): readonly (readonly [string, Child])[] {
  return [
    [text.common.amount, money(data.amount, data.asset)],
    [text.common.stage, state(data.stage)],
    [text.common.customer, customer(data.email)],
    [text.common.network, data.network],
    [own.confirmations, data.confirmations],
    [own.remainder, money(data.remainder, data.asset)],
    [text.common.transaction, html`${wholeId(data.txId)} · ${own.output} ${data.outputIndex}`],
    [text.common.address, wholeId(data.address)],
    [own.tag, wholeId(data.addressTag)],
    [own.reorganised, time(data.reorganisedTime)],
    ...(data.returnedBy === null
      ? []
      : [[own.returnedBy, idLink(`/withdrawals/${data.returnedBy}`, data.returnedBy)] as const]),
  ];
}

function stepsOf(data: Deposit, transfers: Transfers | undefined): readonly Step[] {
  const booked = [...(transfers?.transfers ?? [])].reverse().map(({ seq, at, kind, amount, asset }) => ({
    at,
    what: html`<a href=${`/ledger/${seq}`}>${kind.replaceAll('-', ' ')}</a>`,
    amount: money(amount, asset),
  }));
  return [{ at: data.insertTime, what: own.observed, amount: money(data.amount, data.asset) }, ...booked];
}

/** The actions that the stage of the deposit allows. */
function actionsOf(deposit: Deposit, isManual: boolean): readonly Action[] {
  const { id, stage, email, amount, asset, reorganisedTime } = deposit;
  const much = `${amount} ${asset}`;
  const shared = { permission: 'book-money', method: 'POST', isIdempotent: true } as const;
  const isOpen = ['pending', 'suspended', 'unattributed'].includes(stage) && email === null;
  const assign: Action = {
    ...shared,
    label: own.assign,
    path: `/deposits/${id}/assign`,
    fields: [{ name: 'email', label: own.email, value: email ?? '' }, reasonField],
    sentence: (values) => own.assignSentence(much, values.email ?? ''),
    proposal: { operation: 'assignDeposit', path: { id } },
  };
  const giveBack: Action = {
    ...shared,
    label: own.giveBack,
    path: `/deposits/${id}/return`,
    fields: [
      { name: 'address', label: text.common.address },
      { name: 'addressTag', label: own.tag, isOptional: true },
      { name: 'fee', label: own.fee, hint: own.feeHint, kind: 'number', isOptional: true },
      reasonField,
    ],
    sentence: (values) => own.returnSentence(much, values.address ?? ''),
    isDangerous: true,
  };
  const reverse: Action = {
    ...shared,
    label: own.reverse,
    path: `/deposits/${id}/reverse`,
    fields: [reasonField],
    sentence: () => own.reverseSentence(much, email ?? ''),
    isDangerous: true,
  };
  return [
    ...(isManual && canReportAgain(deposit) ? [reportAgain(deposit.network, deposit)] : []),
    ...(isOpen || stage === 'below-minimum' ? [assign] : []),
    ...(stage === 'unattributed' ? [giveBack] : []),
    ...(reorganisedTime === null ? [] : [reverse]),
  ];
}

/** If a part was not credited, the received amount differs from that of the deposit. */
const canReportAgain = ({ stage, remainder }: Deposit) =>
  !['returning', 'returned'].includes(stage) && remainder === '0';
