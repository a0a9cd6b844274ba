/** The state of the exchange at a glance. */
import type { listChains } from '../../contract/operator/chain.ts';
import type { getOverview } from '../../contract/operator/overview.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { type Child, html } from '../kit/html.ts';
import { state, time } from '../parts/cells.ts';
import { Chart } from '../parts/chart.ts';
import { PageHead } from '../parts/page-head.ts';
import { useResource } from '../parts/resource.ts';
import { whenRead } from '../parts/status.ts';
import { type Column, Section, Table } from '../parts/table.ts';
import { text } from '../texts.ts';
import { Books } from './overview-books.ts';

type Overview = OperatorReply<typeof getOverview>;
type Chains = OperatorReply<typeof listChains>;
type Stage = Overview['stages'][number];
const own = text.overview;

export function OverviewPage(): Child {
  const overview = useResource<Overview>('/overview');
  const chains = useResource<Chains>('/chain');
  return html`<${PageHead} title=${own.title} />
    <${Books} />
    <div class="columns">
      <${Section} title=${own.open}>
        ${whenRead(
          overview,
          ({ stages, now }) => html`<${Table} caption=${own.open} rows=${stages}
            columns=${stageColumns(now)} keyOf=${({ stage }: Stage) => stage} empty="" />`,
        )}
      <//>
      <${Section} title=${own.movements} tools=${html`<${Legend} />`}>
        ${whenRead(
          overview,
          ({ hours }) => html`<${Chart} label=${labelOf(hours)} times=${hours.map(({ start }) => start)}
            series=${[
              { label: own.withdrawals, line: 'one', values: hours.map((hour) => hour.withdrawals) },
              { label: own.deposits, line: 'two', values: hours.map((hour) => hour.deposits) },
            ]} />`,
        )}
      <//>
      <${Section} title=${own.chains}>
        ${whenRead(
          chains,
          ({ networks }) => html`<${Table} caption=${own.chains} rows=${networks} columns=${chainColumns}
            keyOf=${({ network }: Chains['networks'][number]) => network} empty=${own.noChains} />`,
        )}
      <//>
    </div>`;
}

function Legend(): Child {
  return html`<p class="legend"><span class="one">${own.withdrawals}</span> <span class="two">${own.deposits}</span> <span class="faint">${own.perHour}</span></p>`;
}

function labelOf(hours: Overview['hours']): string {
  const sum = (of: 'withdrawals' | 'deposits') => hours.reduce((total, hour) => total + hour[of], 0);
  return `${own.movements}: ${sum('withdrawals')} ${own.withdrawals}, ${sum('deposits')} ${own.deposits}`;
}

const stageColumns = (now: number): readonly Column<Stage>[] => [
  {
    title: own.stage,
    cell: ({ stage }) => html`<a href=${`/withdrawals?stage=${stage}`}>${state(stage)}</a>`,
  },
  { title: own.count, cell: ({ count, isMore }) => `${count}${isMore ? '+' : ''}`, isNumber: true },
  {
    title: own.oldest,
    cell: ({ oldest }) =>
      oldest === null
        ? html`<span class="faint">${own.nothingOpen}</span>`
        : html`${own.ago(ageOf(now - oldest))} <span class="faint">${time(oldest)}</span>`,
  },
];

const chainColumns: readonly Column<Chains['networks'][number]>[] = [
  { title: text.common.network, cell: ({ network }) => html`<a href="/networks">${network}</a>` },
  { title: own.height, cell: ({ height }) => height, isNumber: true },
];

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const;

function ageOf(ms: number): string {
  const [unit, size] = units.find(([, each]) => ms >= each) ?? (['second', 1000] as const);
  const format = new Intl.NumberFormat(undefined, { style: 'unit', unit, unitDisplay: 'long' });
  return format.format(Math.floor(Math.max(0, ms) / size));
}
