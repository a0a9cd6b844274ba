/** Withdrawals of all customers. */
import type { listWithdrawals } from '../../contract/operator/withdrawals.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { withdrawalStages } from '../../contract/withdrawal-stages.ts';
import { type Child, html } from '../kit/html.ts';
import { customer, money, shortId, state, time } from '../parts/cells.ts';
import { amountFilters, emailFilter, nameFilters, placeFilters, timeFilters } from '../parts/filters.ts';
import { type Filter, ListPage } from '../parts/list-page.ts';
import type { Column } from '../parts/table.ts';
import { text } from '../texts.ts';

type Withdrawal = OperatorReply<typeof listWithdrawals>['withdrawals'][number];
const own = text.withdrawals;

const columns: readonly Column<Withdrawal>[] = [
  {
    title: own.requested,
    cell: ({ id, applyTime }) => html`<a href=${`/withdrawals/${id}`}>${time(applyTime)}</a>`,
  },
  { title: text.common.customer, cell: ({ email }) => customer(email) },
  { title: text.common.amount, cell: ({ amount, asset }) => money(amount, asset), isNumber: true },
  { title: text.common.network, cell: ({ network }) => network },
  { title: text.common.stage, cell: ({ stage }) => state(stage) },
  { title: text.common.address, cell: ({ address }) => shortId(address) },
  { title: text.common.transaction, cell: ({ txId }) => shortId(txId) },
];

const filters: readonly Filter[] = [
  { name: 'stage', label: text.common.stage, options: withdrawalStages },
  emailFilter,
  ...placeFilters,
  ...nameFilters,
  ...amountFilters,
  ...timeFilters,
];

export function WithdrawalsPage(): Child {
  return html`<${ListPage} title=${own.title} path="/withdrawals" rowsName="withdrawals" filters=${filters}
    columns=${columns} keyOf=${({ id }: Withdrawal) => id} empty=${own.empty} />`;
}
