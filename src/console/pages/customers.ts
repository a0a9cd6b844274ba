/** The customers, by e-mail. */
import type { listAccounts } from '../../contract/operator/accounts.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { type Child, html } from '../kit/html.ts';
import { address } from '../kit/route.ts';
import { ActionButton } from '../parts/action.ts';
import { customer, none, state, time } from '../parts/cells.ts';
import { Filters, ListPage } from '../parts/list-page.ts';
import { PageHead } from '../parts/page-head.ts';
import type { Column } from '../parts/table.ts';
import { text } from '../texts.ts';
import { openAccount } from './customer-actions.ts';
import { CustomersFound } from './search.ts';

type Account = OperatorReply<typeof listAccounts>['accounts'][number];
const own = text.customers;

const columns: readonly Column<Account>[] = [
  { title: own.email, cell: ({ email }) => customer(email) },
  { title: own.state, cell: ({ enabled }) => state(enabled ? 'enabled' : 'frozen') },
  { title: own.master, cell: ({ master }) => (master === null ? none : customer(master)) },
  {
    title: own.trading,
    cell: ({ lockedUntil }) =>
      lockedUntil === null ? state('open') : html`${state('locked')} ${time(lockedUntil)}`,
  },
  { title: own.opened, cell: ({ createdAt }) => time(createdAt) },
];

const filter = { name: 'prefix', label: own.prefix };

export function CustomersPage(): Child {
  const prefix = address.value.searchParams.get('prefix') ?? '';
  if (prefix !== '')
    return html`<${PageHead} title=${own.title} /><${Filters} filters=${[filter]} /><${CustomersFound} key=${prefix} q=${prefix} />`;
  const tools = html`<${ActionButton} action=${openAccount} done=${() => undefined} />`;
  return html`<${ListPage} title=${own.title} tools=${tools} path="/accounts" rowsName="accounts" columns=${columns}
    filters=${[filter]} keyOf=${({ email }: Account) => email} empty=${own.empty} />`;
}
