/** Everything about one customer. */
import { type Child, html } from '../kit/html.ts';
import { ActionButton } from '../parts/action.ts';
import { customer, money, none, state, time } from '../parts/cells.ts';
import { PageHead } from '../parts/page-head.ts';
import { useResource } from '../parts/resource.ts';
import { whenRead } from '../parts/status.ts';
import { type Column, Facts, Section, Table } from '../parts/table.ts';
import { text } from '../texts.ts';
import { AddressesSection, KeysSection } from './customer-access.ts';
import {
  accessActions,
  bookingActions,
  limitsAction,
  noteAction,
  stateActions,
  tagsAction,
} from './customer-actions.ts';
import { AddressBookSection, DenialsSection, TradingSection } from './customer-activity.ts';
import { type AccountPage, accountPath } from './customer-data.ts';
import { InnerSection, MovementsSection } from './customer-movements.ts';

const own = text.customers;
type Balance = AccountPage['balances'][number];

const balanceColumns: readonly Column<Balance>[] = [
  { title: text.common.asset, cell: ({ asset }) => html`<a href=${`/assets/${asset}`}>${asset}</a>` },
  { title: own.wallet, cell: ({ wallet }) => wallet },
  { title: own.free, cell: ({ free }) => money(free), isNumber: true },
  { title: own.withdrawing, cell: ({ withdrawing }) => money(withdrawing), isNumber: true },
  { title: own.locked, cell: ({ locked }) => money(locked), isNumber: true },
  { title: own.owed, cell: ({ owed }) => (owed === '0' ? none : money(owed)), isNumber: true },
];

export function CustomerPage({ id: email }: { readonly id: string }): Child {
  const account = useResource<AccountPage>(accountPath(email));
  const changed = () => account.reload();
  return whenRead(account, (data) => {
    const buttons = (actions: ReturnType<typeof stateActions>) =>
      actions.map((action) => html`<${ActionButton} key=${action.label} action=${action} done=${changed} />`);
    const balances = data.balances.filter(({ free, withdrawing, locked, owed }) =>
      [free, withdrawing, locked, owed].some((each) => each !== '0'),
    );
    return html`<${PageHead} title=${data.email} back="/customers" tools=${buttons([...stateActions(data), limitsAction(data)])} />
      <${Facts} of=${factsOf(data)} />
      <${Section} title=${own.balances} tools=${html`${buttons(bookingActions(data))}<a class="button quiet" href=${`/statement/${encodeURIComponent(data.email)}`}>${own.statement}</a>`}>
        <${Table} caption=${own.balances} rows=${balances} columns=${balanceColumns} empty=${own.noBalances}
          keyOf=${({ asset, wallet }: Balance) => `${asset} ${wallet}`} />
      <//>
      <${MovementsSection} account=${data} />
      <${InnerSection} account=${data} />
      <${DenialsSection} account=${data} />
      <${TradingSection} account=${data} />
      <${KeysSection} account=${data} changed=${changed} tools=${buttons(accessActions(data))} />
      <${AddressesSection} account=${data} />
      <${AddressBookSection} account=${data} />
      <${NotesSection} account=${data} tools=${buttons([noteAction(data)])} />
      ${data.subAccountCount > 0 && html`<${SubAccountsSection} account=${data} />`}`;

    function factsOf(of: AccountPage): readonly (readonly [string, Child])[] {
      return [
        [own.state, state(of.enabled ? 'enabled' : 'frozen')],
        [own.master, of.master === null ? none : customer(of.master)],
        [
          own.trading,
          of.lockedUntil === null
            ? state('open')
            : html`${state('locked')} ${own.until} ${time(of.lockedUntil)} ${of.lockReason}`,
        ],
        [own.quota, quotaOf(of)],
        [own.confirmation, of.withdrawConfirmation],
        [own.whitelistOnly, of.whitelistOnly ? text.common.yes : text.common.no],
        [own.travelRule, of.travelRuleCountry],
        [own.verified, verifiedOf(of)],
        [own.statusMessage, [of.statusMessage, ...of.statusArguments].filter(Boolean).join(' · ') || none],
        [own.opened, time(of.createdAt)],
        [
          own.tags,
          html`${of.tags.length === 0 ? none : of.tags.map((tag) => html`<span key=${tag} class="tag">${tag}</span> `)} ${buttons([tagsAction(of)])}`,
        ],
      ];
    }
  });
}

const verifiedOf = ({ activated, mobile, googleAuth }: AccountPage): Child =>
  [activated && own.activated, mobile !== '' && mobile, googleAuth && own.googleAuth]
    .filter(Boolean)
    .join(', ') || none;

function quotaOf({ quota }: AccountPage): Child {
  if (quota.limitUsd === null) return own.noQuota;
  return html`${money(quota.usedUsd ?? own.unknownUse)} ${own.of} ${money(quota.limitUsd, 'USD')}`;
}

function NotesSection({ account, tools }: { readonly account: AccountPage; readonly tools: Child }): Child {
  return html`<${Section} title=${own.notes} tools=${tools}>
    ${
      account.notes.length === 0
        ? html`<p class="empty">${own.noNotes}</p>`
        : html`<ul class="notes">${account.notes.map(
            ({ id, author, text: words, time: at }) =>
              html`<li key=${id}><p>${words}</p><small>${author}, ${time(at)}</small></li>`,
          )}</ul>`
    }
  <//>`;
}

function SubAccountsSection({ account }: { readonly account: AccountPage }): Child {
  const hidden = account.subAccountCount - account.subAccounts.length;
  return html`<${Section} title=${own.subAccounts}>
    <ul class="inline">${account.subAccounts.map(
      ({ email, enabled }) => html`<li key=${email}>${customer(email)} ${!enabled && state('frozen')}</li>`,
    )}</ul>
    ${hidden > 0 && html`<p class="faint">${own.moreSubAccounts(hidden)}</p>`}
  <//>`;
}
