/** A page with a list: filters in the address of the page, more rows by cursor, and all of them as CSV. */

import { type ReadonlySignal, useComputed, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { type Query, request } from '../kit/api.ts';
import { textOf } from '../kit/dom.ts';
import { type Child, html } from '../kit/html.ts';
import { address, go } from '../kit/route.ts';
import { text } from '../texts.ts';
import { CsvLink } from './csv-link.ts';
import { Problem } from './status.ts';
import { type Column, Table } from './table.ts';
import { useChanges } from './use-changes.ts';

export type Filter = {
  readonly name: string;
  readonly label: string;
  /** The choices; absent: any text. */
  readonly options?: readonly string[];
  /** What a choice is called; absent: as it is written. */
  readonly names?: Readonly<Record<string, string>>;
  readonly isTime?: boolean;
};

export type ListPageProps<Row> = {
  readonly title: string;
  readonly tools?: Child;
  /** Path of the list in the operator API. */
  readonly path: string;
  /** The name of the rows in the reply. */
  readonly rowsName: string;
  readonly filters: readonly Filter[];
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string | number;
  readonly empty: Child;
  /** The list has no pages: the reply contains all rows. */
  readonly isWhole?: boolean;
  /** Pages begin with the newest rows, but the rows of a page are oldest first. */
  readonly isNewestLast?: boolean;
};

type Page = { readonly nextCursor?: string | null } & Readonly<Record<string, unknown>>;

const pageSize = 50;
/** On a narrow screen the others appear on demand, by a rule of the style sheet with the same number. */
const firstFilters = 4;

export function ListPage<Row>(props: ListPageProps<Row>): Child {
  const { title, tools, path, filters, columns, keyOf, empty } = props;
  const query = useComputed(() => queryOf(filters, address.value.searchParams));
  const { rows, error, next, isLoading, readAgain, loadMore } = useRows(props, query);
  return html`<header class="page-head"><h1>${title}</h1><div class="tools">
      ${tools}
      <${CsvLink} path=${path} query=${query.value} />
    </div></header>
    ${filters.length > 0 && html`<${Filters} filters=${filters} />`}
    ${error.value && html`<${Problem} error=${error.value} retry=${readAgain} />`}
    ${rows.value && html`<${Table} caption=${title} rows=${rows.value} columns=${columns} keyOf=${keyOf} empty=${empty} />`}
    ${next.value !== null && html`<p class="more"><button type="button" disabled=${isLoading.value} onClick=${loadMore}>${text.common.more}</button></p>`}`;
}

/** The rows that are read so far; read again when they change, unless more than one page is shown. */
function useRows<Row>(props: ListPageProps<Row>, query: ReadonlySignal<Query>) {
  const { path, rowsName, isWhole, isNewestLast } = props;
  const rows = useSignal<readonly Row[] | undefined>(undefined);
  const next = useSignal<string | null>(null);
  const error = useSignal<Error | undefined>(undefined);
  const isLoading = useSignal(false);
  const key = `${path} ${JSON.stringify(query.value)}`;
  const latestLoad = useRef(0);
  const isAppending = useRef(false);
  /** Ignores the replies of earlier loads. @param place where the page begins; null: at the start. */
  const load = async (place: string | null, isRefresh = false) => {
    latestLoad.current += 1;
    const number = latestLoad.current;
    const isLatest = () => number === latestLoad.current;
    isLoading.value = true;
    isAppending.current = place !== null;
    try {
      const paging = { limit: pageSize, cursor: place ?? undefined };
      const page = await request<Page>('GET', path, undefined, {
        query: { ...query.value, ...(!isWhole && paging) },
        isRefresh,
      });
      // cast: by the contract, these are the rows of the list.
      const read = page[rowsName] as readonly Row[];
      const loaded = isNewestLast ? read.toReversed() : read;
      if (!isLatest()) return;
      rows.value = place === null ? loaded : [...(rows.value ?? []), ...loaded];
      next.value = page.nextCursor ?? null;
      error.value = undefined;
    } catch (caught) {
      // cast: `request` throws nothing but errors.
      if (isLatest()) error.value = caught as Error;
    }
    if (!isLatest()) return;
    isLoading.value = false;
    isAppending.current = false;
  };
  const loadMore = () => {
    if (!isLoading.value) void load(next.value);
  };
  useEffect(() => {
    rows.value = undefined;
    void load(null);
  }, [key]);
  // More than one page stays as it is, so that nothing moves under the reader.
  useChanges(() => {
    if (!isAppending.current && (isWhole || (rows.value?.length ?? 0) <= pageSize)) void load(null, true);
  });
  return { rows, error, next, isLoading, readAgain: () => load(null), loadMore };
}

export function queryOf(filters: readonly Filter[], search: URLSearchParams): Query {
  return Object.fromEntries(
    filters.map(({ name, isTime }) => {
      const value = search.get(name) ?? '';
      return [name, value === '' ? undefined : isTime ? String(Date.parse(value)) : value];
    }),
  );
}

export function Filters({ filters }: { readonly filters: readonly Filter[] }): Child {
  const set = (name: string, value: string) => {
    const url = new URL(address.value);
    if (value === '') url.searchParams.delete(name);
    else url.searchParams.set(name, value);
    go(url.href, { replace: true });
  };
  const search = address.value.searchParams;
  const isFiltered = filters.some(({ name }) => search.has(name));
  const isOpen = useSignal(filters.slice(firstFilters).some(({ name }) => search.has(name)));
  const toggle = () => {
    isOpen.value = !isOpen.value;
  };
  return html`<form class=${isOpen.value ? 'filters open' : 'filters'} role="search" aria-label=${text.common.filters} onSubmit=${(event: Event) => event.preventDefault()}>
    ${filters.map((filter) => html`<label key=${filter.name}>${filter.label}${control(filter, search.get(filter.name) ?? '', set)}</label>`)}
    ${filters.length > firstFilters && html`<button type="button" class="quiet more-filters" aria-expanded=${isOpen.value} onClick=${toggle}>${text.common.moreFilters}</button>`}
    ${isFiltered && html`<button type="button" class="quiet" onClick=${() => go(address.value.pathname, { replace: true })}>${text.common.clear}</button>`}
  </form>`;
}

function control(
  { name, options, names, isTime }: Filter,
  value: string,
  set: (name: string, value: string) => void,
): Child {
  const onChange = (event: Event) => set(name, textOf(event).trim());
  if (options === undefined)
    return html`<input name=${name} value=${value} type=${isTime ? 'datetime-local' : 'text'} autocomplete="off" spellcheck=${false} onChange=${onChange} />`;
  return html`<select name=${name} value=${value} onChange=${onChange}>
    <option value="">${text.common.any}</option>
    ${options.map((option) => html`<option key=${option} value=${option}>${names?.[option] ?? option}</option>`)}
  </select>`;
}
