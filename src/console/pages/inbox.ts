/** The items that wait for a person: `j` and `k` move, `a` approves, `r` rejects, Enter opens. */
import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { listInbox } from '../../contract/operator/inbox.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { type ApiError, request } from '../kit/api.ts';
import { type Child, html } from '../kit/html.ts';
import { go } from '../kit/route.ts';
import { type Action, ActionButton, optionalReasonField } from '../parts/action.ts';
import { customer, money, none, time } from '../parts/cells.ts';
import { CsvLink } from '../parts/csv-link.ts';
import { useResource } from '../parts/resource.ts';
import { Empty, whenRead } from '../parts/status.ts';
import { text } from '../texts.ts';

type Page = OperatorReply<typeof listInbox>;
type Item = Page['items'][number];

const pageSize = 100;
const own = text.inbox;

export function InboxPage(): Child {
  const inbox = useResource<Page>('/inbox', { limit: pageSize });
  const further = useSignal<Page | undefined>(undefined);
  const isLoading = useSignal(false);
  const reload = async () => {
    further.value = undefined;
    await inbox.reload();
  };
  const loadMore = async (cursor: string) => {
    isLoading.value = true;
    try {
      const page = await request<Page>('GET', '/inbox', undefined, { query: { limit: pageSize, cursor } });
      further.value = { ...page, items: [...(further.value?.items ?? []), ...page.items] };
    } catch (caught) {
      // cast: requests fail with nothing else.
      inbox.error.value = caught as ApiError;
    }
    isLoading.value = false;
  };
  return html`<header class="page-head"><h1>${own.title}</h1>
      <p class="faint">${['j', 'k', 'a', 'r', 'Enter'].map((key, index) => html`<kbd>${key}</kbd> ${own.keys[index]}  `)}</p>
      <div class="tools"><${CsvLink} path="/inbox" /></div></header>
    <p class="lead">${own.lead}</p>
    ${whenRead(inbox, (first) => {
      const items = uniqueOf([...first.items, ...(further.value?.items ?? [])]);
      const next = further.value === undefined ? first.nextCursor : further.value.nextCursor;
      return html`${items.length === 0 ? html`<${Empty}>${own.empty}<//>` : html`<${Items} items=${items} done=${reload} />`}
        ${next !== null && html`<p class="more"><button type="button" disabled=${isLoading.value} onClick=${() => loadMore(next)}>${text.common.more}</button></p>`}`;
    })}`;
}

/** The first page is read again whenever something changes, and may then contain items of a further page. */
const uniqueOf = (items: readonly Item[]): readonly Item[] => [
  ...new Map(items.map((item) => [item.id, item])).values(),
];

type ItemsProps = { readonly items: readonly Item[]; readonly done: () => unknown };

function Items({ items, done }: ItemsProps): Child {
  const selected = useSignal<string | undefined>(undefined);
  useEffect(() => {
    const press = (event: KeyboardEvent) => onKey(event, items, selected);
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [items]);
  return html`<table class="rows inbox">
    <caption class="unseen">${own.title}</caption>
    <thead><tr><th scope="col">${own.what}</th><th scope="col">${own.since}</th><th scope="col">${text.common.customer}</th>
      <th scope="col" class="number">${text.common.amount}</th><th scope="col">${own.why}</th><th scope="col">${text.common.actions}</th></tr></thead>
    <tbody>${items.map(
      (
        item,
      ) => html`<tr key=${item.id} id=${rowId(item)} aria-selected=${item.id === selected.value} onClick=${() => {
        selected.value = item.id;
      }}>
        <td data-title=${own.what}><a href=${pageOf(item)}>${own.kinds[item.kind] ?? item.kind}</a></td>
        <td data-title=${own.since}>${time(item.since)}</td>
        <td data-title=${text.common.customer}>${item.account === null ? none : customer(item.account)}</td>
        <td data-title=${text.common.amount} class="number">${money(item.amount, item.asset ?? undefined)}</td>
        <td data-title=${own.why}><div>${item.reason}${item.excluded && html`<br /><small>${item.excluded}</small>`}</div></td>
        <td data-title=${text.common.actions}><div class="tools">${decisionsOf(item).map(
          (action) => html`<${ActionButton} key=${action.label} action=${action} done=${done} isQuiet />`,
        )}</div></td>
      </tr>`,
    )}</tbody>
  </table>`;
}

const rowId = ({ id }: Item) => `item-${id.replaceAll(':', '-')}`;
const pages: Readonly<Record<string, string>> = {
  withdrawal: '/withdrawals',
  deposit: '/deposits',
  change: '/changes',
  network: '/networks',
};
const pageOf = ({ subject }: Item): string => {
  const page = pages[subject.kind];
  return page === undefined ? '/' : `${page}/${encodeURIComponent(subject.id)}`;
};

/** Whether only the page of a change shows what it does, for example which roles somebody gets. */
const isDecidedOnItsPage = ({ kind, amount }: Item): boolean => kind === 'change' && amount === null;

/** Approving and rejecting; everything else is on the page of the subject. */
function decisionsOf(item: Item): readonly Action[] {
  if (isDecidedOnItsPage(item)) return [];
  return item.actions.flatMap(({ operation, path }) => {
    // cast: the expression has these two.
    const word = /^(approve|reject)/.exec(operation)?.[1] as 'approve' | 'reject' | undefined;
    if (word === undefined) return [];
    const what = [
      item.amount !== null && `${item.amount} ${item.asset}`,
      item.destination !== null && own.to(item.destination),
      item.account ?? own.kinds[item.kind],
    ]
      .filter(Boolean)
      .join(', ');
    const isReject = word === 'reject';
    return [
      {
        label: isReject ? own.reject : own.approve,
        // The server has left out actions that the caller may not use.
        permission: 'view',
        method: 'POST',
        path: path.replace('/operator/v1', ''),
        fields: [optionalReasonField],
        sentence: () =>
          `${isReject ? own.rejectSentence(what) : own.approveSentence(what)}${item.kind === 'change' ? ` ${item.reason}` : ''}`,
        isDangerous: isReject,
      } as const,
    ];
  });
}

/** Whether the key is for the focused element. */
function isTaken({ target, key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey || altKey) return true;
  if (!(target instanceof Element)) return false;
  return (
    target.closest(
      key === 'Enter' ? 'input, select, textarea, dialog, a, button' : 'input, select, textarea, dialog',
    ) !== null
  );
}

function onKey(event: KeyboardEvent, items: readonly Item[], selected: Signal<string | undefined>): void {
  const { key } = event;
  if (isTaken(event)) return;
  const index = items.findIndex(({ id }) => id === selected.value);
  const item = items[index];
  if (key === 'j' || key === 'k') select(items, index + (key === 'j' ? 1 : -1), selected);
  else if (item === undefined) return;
  else if ((key === 'a' || key === 'r') && isDecidedOnItsPage(item)) go(pageOf(item));
  else if (key === 'a') press(item, own.approve);
  else if (key === 'r') press(item, own.reject);
  else if (key === 'Enter') go(pageOf(item));
  else return;
  event.preventDefault();
}

function select(items: readonly Item[], index: number, selected: Signal<string | undefined>): void {
  const item = items[Math.max(0, Math.min(items.length - 1, index))];
  if (item === undefined) return;
  selected.value = item.id;
  document.getElementById(rowId(item))?.scrollIntoView({ block: 'nearest' });
}

function press(item: Item, label: string): void {
  const buttons = document.getElementById(rowId(item))?.querySelectorAll('button') ?? [];
  for (const button of buttons) if (button.textContent === label) button.click();
}
