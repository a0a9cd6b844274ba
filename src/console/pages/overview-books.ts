/** The books: what customers own, what is held, what custody has, and whether the ledger proves it. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { listCustody } from '../../contract/operator/custody.ts';
import type { getIntegrity } from '../../contract/operator/integrity.ts';
import type { listTransfers } from '../../contract/operator/transfers.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { request } from '../kit/api.ts';
import { type Child, html } from '../kit/html.ts';
import { money } from '../parts/cells.ts';
import { useResource } from '../parts/resource.ts';
import { Problem, whenRead } from '../parts/status.ts';
import { type Column, Section, Table } from '../parts/table.ts';
import { text } from '../texts.ts';

type Report = OperatorReply<typeof getIntegrity>;
type Custody = OperatorReply<typeof listCustody>;
const own = text.overview;

/** Books with more transfers are verified only when somebody asks, because the work grows with them. */
const smallBooks = 20_000;

export function Books(): Child {
  const report = useSignal<Report | undefined>(undefined);
  const error = useSignal<Error | undefined>(undefined);
  const isBusy = useSignal(false);
  const verify = async () => {
    isBusy.value = true;
    try {
      report.value = await request<Report>('GET', '/integrity');
      error.value = undefined;
    } catch (caught) {
      error.value = caught as Error;
    }
    isBusy.value = false;
  };
  useEffect(() => {
    void isSmall().then((small) => (small ? verify() : undefined));
  }, []);
  const button = html`<button type="button" class="quiet" disabled=${isBusy.value} onClick=${verify}>${own.verify}</button>`;
  return html`<${Section} title=${own.books} tools=${html`${report.value && html`<${Verdict} of=${report.value} />`} ${button}`}>
    ${error.value && html`<${Problem} error=${error.value} retry=${verify} />`}
    ${report.value === undefined ? html`<${Stored} />` : html`<${Proved} of=${report.value} />`}
  <//>`;
}

async function isSmall(): Promise<boolean> {
  const newest = await request<OperatorReply<typeof listTransfers>>('GET', '/transfers', undefined, {
    query: { limit: 1 },
  }).catch(() => undefined);
  return newest !== undefined && (newest.transfers[0]?.seq ?? 0) < smallBooks;
}

function Verdict({ of: { ok, solvent, mismatches } }: { readonly of: Report }): Child {
  return html`<span class=${`state state-${ok ? 'good' : 'bad'}`}>${ok ? own.ok : own.notOk(mismatches.length)}</span>
    <span class=${`state state-${solvent ? 'good' : 'bad'}`}>${solvent ? own.solvent : own.insolvent}</span>`;
}

const proved: readonly Column<Report['assets'][number]>[] = [
  { title: text.common.asset, cell: ({ asset }) => html`<a href=${`/assets/${asset}`}>${asset}</a>` },
  { title: own.liabilities, cell: ({ customerLiabilities }) => money(customerLiabilities), isNumber: true },
  { title: own.held, cell: ({ openHolds }) => money(openHolds), isNumber: true },
  { title: own.custody, cell: ({ custody }) => money(custody), isNumber: true },
  {
    title: own.difference,
    cell: ({ custody, customerLiabilities }) => money(minus(custody, customerLiabilities)),
    isNumber: true,
  },
  {
    title: own.covered,
    cell: ({ covered }) =>
      html`<span class=${`state state-${covered ? 'good' : 'bad'}`}>${covered ? text.common.yes : text.common.no}</span>`,
  },
];

function Proved({ of: { assets } }: { readonly of: Report }): Child {
  return html`<${Table} caption=${own.books} rows=${assets} columns=${proved}
    keyOf=${({ asset }: Report['assets'][number]) => asset} empty=${own.noAssets} />`;
}

const stored: readonly Column<Custody['custody'][number]>[] = [
  { title: text.common.asset, cell: ({ asset }) => html`<a href=${`/assets/${asset}`}>${asset}</a>` },
  { title: text.common.network, cell: ({ network }) => network },
  { title: own.available, cell: ({ available }) => money(available), isNumber: true },
  { title: own.reserved, cell: ({ reserved }) => money(reserved), isNumber: true },
];

function Stored(): Child {
  const custody = useResource<Custody>('/custody');
  return whenRead(
    custody,
    ({ custody: rows }) => html`<${Table} caption=${own.custody} rows=${rows} columns=${stored}
      keyOf=${({ asset, network }: Custody['custody'][number]) => `${asset} ${network}`} empty=${own.noAssets} />`,
  );
}

/** Exact, in the smallest unit that either of them names. */
function minus(one: string, other: string): string {
  const places = Math.max(...[one, other].map((each) => each.split('.')[1]?.length ?? 0));
  const units = (words: string) => {
    const [whole = '0', part = ''] = words.split('.');
    return BigInt(`${whole}${part.padEnd(places, '0')}`);
  };
  const difference = units(one) - units(other);
  const digits = (difference < 0n ? -difference : difference).toString().padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const part = digits.slice(digits.length - places).replace(/0+$/, '');
  return `${difference < 0n ? '−' : ''}${whole}${part === '' ? '' : `.${part}`}`;
}
