/** A chart of counts over time. */
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { type Child, html } from '../kit/html.ts';

export type Series = { readonly label: string; readonly color: string; readonly values: readonly number[] };

type ChartProps = {
  /** What it shows, for those who cannot see it. */
  readonly label: string;
  /** Start of each interval, ms. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
};

const height = 150;

/** The last interval ends as far after its start as the one before did. */
function dataOf(times: readonly number[], series: readonly Series[]): uPlot.AlignedData {
  const [last = 0, previous = 0] = times.toReversed();
  const ends = [...times, 2 * last - previous].map((at) => at / 1000);
  return [ends, ...series.map(({ values }) => [...values, values.at(-1) ?? 0])] as uPlot.AlignedData;
}

export function Chart({ label, times, series }: ChartProps): Child {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const data = dataOf(times, series);
  useEffect(() => {
    const element = place.current as HTMLDivElement;
    const made = new uPlot(optionsOf(element, series), data, element);
    chart.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, []);
  useEffect(() => chart.current?.setData(data), [JSON.stringify(data)]);
  return html`<div class="chart" ref=${place} role="img" aria-label=${label}></div>`;
}

/** Colours are read whenever something is drawn, so that they follow the theme. */
const styleOf = (element: Element, name: string) => () => {
  const probe = element.querySelector('.u-over') ?? element;
  (probe as HTMLElement).style.color = `var(${name})`;
  return getComputedStyle(probe).color;
};

function optionsOf(element: HTMLElement, series: readonly Series[]): uPlot.Options {
  const faint = styleOf(element, '--faint');
  const line = styleOf(element, '--line');
  const axis = {
    stroke: faint,
    grid: { stroke: line, width: 1 },
    ticks: { show: false },
    font: '11px system-ui',
  };
  return {
    width: element.clientWidth,
    height,
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: (_, __, max) => [0, Math.max(4, max * 1.1)] } },
    axes: [
      { ...axis, grid: { show: false } },
      { ...axis, size: 32, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] },
    ],
    series: [
      {},
      ...series.map(({ label, color }, index) => ({
        label,
        stroke: styleOf(element, color),
        width: 1.5,
        // Not only the colour tells the lines apart.
        ...(index > 0 && { dash: [5, 4] }),
        points: { show: false },
        paths: (uPlot.paths.stepped as NonNullable<typeof uPlot.paths.stepped>)({ align: 1 }),
      })),
    ],
  };
}
