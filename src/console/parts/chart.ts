/** A chart of counts over time, as steps: each value holds for its interval. */
import { present } from '../../boundary/present.ts';
import { type Child, html } from '../kit/html.ts';
import { shortTime } from './cells.ts';

export type Series = {
  readonly label: string;
  /** The line style in the style sheet: lines differ by more than their colour. */
  readonly line: 'one' | 'two';
  readonly values: readonly number[];
};

type ChartProps = {
  /** A description of the chart for people who cannot see it. */
  readonly label: string;
  /** Start of each interval, ms; at least one. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
};

/** The size of the drawing, in units of its own. Browsers stretch it to the size of its place. */
const [width, height] = [1000, 100];

export function Chart({ label, times, series }: ChartProps): Child {
  const top = topOf(Math.max(...series.flatMap(({ values }) => values)));
  const middle = present(times[Math.floor(times.length / 2)]);
  return html`<div class="chart" role="img" aria-label=${label}>
    <div class="scale"><span>${top}</span><span>${top / 2}</span><span>0</span></div>
    <svg viewBox=${`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
      <path class="grid" d=${`M0 0H${width}M0 ${height / 2}H${width}M0 ${height}H${width}`} />
      ${series.map(({ line, values }) => html`<path key=${line} class=${line} d=${stepsOf(values, top)} />`)}
    </svg>
    <div class="times">
      <span>${shortTime(present(times[0]))}</span><span>${shortTime(middle)}</span>
      <span>${shortTime(present(times.at(-1)))}</span>
    </div>
  </div>`;
}

/** @returns the end of the scale: a round number whose half is whole. */
function topOf(highest: number): number {
  let top = 4;
  for (let step = 0; top < highest; step++) top *= step % 2 === 0 ? 2.5 : 2;
  return top;
}

function stepsOf(values: readonly number[], top: number): string {
  const heightOf = (value: number) => height - (value / top) * height;
  const steps = values.map((value, index) => `V${heightOf(value)}H${((index + 1) / values.length) * width}`);
  return `M0 ${heightOf(values[0] ?? 0)}${steps.join('')}`;
}
