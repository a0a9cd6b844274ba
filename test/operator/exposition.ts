/** A strict parser of the Prometheus text format (0.0.4): anything that could confuse a scraper fails. */
import assert from 'node:assert/strict';

type Series = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
};
export type MetricFamily = {
  readonly type: string;
  readonly help: string;
  readonly series: readonly Series[];
};
export type Exposition = ReadonlyMap<string, MetricFamily>;

type PartialFamily = { type: string; help: string; series: Series[] };

const name = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const helpLine = new RegExp(`^# HELP (${name}) ([^\\n]+)$`);
const typeLine = new RegExp(`^# TYPE (${name}) (counter|gauge|histogram|summary|untyped)$`);
const seriesLine = new RegExp(`^(${name})(?:\\{(.*)\\})? (-?[0-9.eE+-]+|NaN|Nan|\\+Inf|-Inf)$`);
const label = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(,|$)/y;

export function parseExposition(text: string): Exposition {
  assert.ok(text.endsWith('\n'), 'the last line must end with a line feed');
  const families = new Map<string, PartialFamily>();
  const seen = new Set<string>();
  let current: [string, PartialFamily] | undefined;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [, helped, help = ''] = helpLine.exec(line) ?? [];
    const [, typed, type = ''] = typeLine.exec(line) ?? [];
    if (helped !== undefined) {
      assert.ok(!families.has(helped), `duplicate HELP: ${line}`);
      current = [helped, { type: '', help, series: [] }];
      families.set(...current);
    } else if (typed !== undefined) {
      assert.ok(current?.[0] === typed && current[1].type === '', `TYPE must follow its HELP once: ${line}`);
      current[1].type = type;
    } else {
      const series = readSeries(line);
      assert.ok(current !== undefined && belongs(series.name, ...current), `in the wrong family: ${line}`);
      const key = JSON.stringify([series.name, Object.entries(series.labels).sort()]);
      assert.ok(!seen.has(key), `duplicate series: ${line}`);
      seen.add(key);
      current[1].series.push(series);
    }
  }
  for (const [family, each] of families) checkFamily(family, each);
  return families;
}

function readSeries(line: string): Series {
  const match = seriesLine.exec(line);
  assert.ok(match !== null, `invalid line: ${line}`);
  const [, series = '', labels = '', value = ''] = match;
  const read: Record<string, string> = {};
  for (label.lastIndex = 0; label.lastIndex < labels.length; ) {
    const [, key = '', text = ''] = label.exec(labels) ?? assert.fail(`invalid labels: ${line}`);
    assert.ok(!(key in read), `duplicate label: ${line}`);
    read[key] = text;
  }
  return { name: series, labels: read, value: Number(value.replace('Inf', 'Infinity')) };
}

function belongs(series: string, family: string, { type }: PartialFamily): boolean {
  if (type === 'histogram') return ['_bucket', '_sum', '_count'].some((end) => series === family + end);
  return type !== '' && series === family;
}

function checkFamily(family: string, { type, series }: PartialFamily): void {
  assert.notEqual(type, '', `${family} has no TYPE`);
  if (type === 'counter') assert.match(family, /_total$/);
  if (type === 'counter') for (const { value } of series) assert.ok(value >= 0, family);
  if (type === 'histogram') checkHistogram(family, series);
}

function checkHistogram(family: string, series: readonly Series[]): void {
  const without = ({ le, ...rest }: Readonly<Record<string, string>>) => JSON.stringify(rest);
  const groups = Map.groupBy(series, ({ labels }) => without(labels));
  for (const [labels, group] of groups) {
    const [where, buckets] = [
      `${family} ${labels}`,
      group.filter((each) => each.name === `${family}_bucket`),
    ];
    const bounds = buckets.map((bucket) => Number(bucket.labels.le?.replace('Inf', 'Infinity')));
    const counts = buckets.map(({ value }) => value);
    const rises = (values: readonly number[]) =>
      values.every((value, index) => index === 0 || value >= (values[index - 1] as number));
    assert.ok(rises(bounds) && new Set(bounds).size === bounds.length, `${where}: bounds must increase`);
    assert.ok(rises(counts), `${where}: buckets must be cumulative`);
    assert.equal(bounds.at(-1), Number.POSITIVE_INFINITY, where);
    const one = (end: string) => group.filter((each) => each.name === family + end).map((each) => each.value);
    assert.deepEqual(one('_count'), [counts.at(-1)], where);
    assert.equal(one('_sum').length, 1, where);
  }
}

/** The value of one series; undefined if there is none. */
export function figureOf(
  exposition: Exposition,
  series: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const family = exposition.get(series.replace(/_(bucket|sum|count)$/, '')) ?? exposition.get(series);
  const wanted = JSON.stringify(Object.entries(labels).sort());
  return family?.series.find(
    (each) => each.name === series && JSON.stringify(Object.entries(each.labels).sort()) === wanted,
  )?.value;
}
