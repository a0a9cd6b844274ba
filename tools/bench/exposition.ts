/** Reads samples in Prometheus text format, as far as benchmarks need them. */

export type Series = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
};

export function parseSeries(text: string): readonly Series[] {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name === undefined) return [];
    const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, text]) => [key, text] as const);
    return [{ name, labels: Object.fromEntries(pairs), value: Number(value) }];
  });
}

/** The sum over all series of a name; undefined if there are none. */
export function sumOf(
  series: readonly Series[],
  name: string,
  wanted: (labels: Series['labels']) => boolean = () => true,
): number | undefined {
  const found = series.filter((each) => each.name === name && wanted(each.labels));
  return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
}
