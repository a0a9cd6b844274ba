/** Summaries of results and their publication. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseSeries, sumOf } from '../../tools/bench/exposition.ts';
import type { Side } from '../../tools/bench/pairing.ts';
import { lostTables, readResult, replaceSection, sectionsOf } from '../../tools/bench/publish.ts';
import type { BenchResult, MeasurementResult, Run } from '../../tools/bench/result.ts';
import { resultsSection, speedLines } from '../../tools/bench/result-markdown.ts';
import { describeSummary, doubtfulPairs } from '../../tools/bench/result-text.ts';
import { orderRow, rawRow } from '../../tools/bench/yardsticks/sqlite.ts';

const steady = { hashesPerSecond: 400_000, readsPerSecond: 5e6 };
const slow = { hashesPerSecond: 200_000, readsPerSecond: 2.5e6 };

function run(side: Side, pair: number, perSecond: number, host = steady): Run {
  return { side, pair, table: { load: { perSecond } }, before: host, after: host };
}

function peak(...runs: Run[]): MeasurementResult {
  return { name: 'peak', title: 'Peak', runs };
}

function result(measurement: MeasurementResult): BenchResult {
  return {
    date: '2026-11-25T21:00:00.000Z',
    machine: '2 cores',
    fsyncMicros: { p50: 200, p99: 900 },
    store: 'sqlite',
    seconds: 4,
    command: 'npm run bench -- --against main',
    versions: { this: 'aaa', against: 'bbb' },
    measurements: [measurement],
  };
}

test('the summary of two commits shows the ratio first, then both figures', () => {
  const [line] = describeSummary(
    peak(run('this', 0, 110), run('against', 0, 100), run('against', 1, 200), run('this', 1, 240)),
  );
  assert.match(line as string, /^ {2}load, per second +× 1\.15 \[1\.10–1\.20\] {3}175 against 150$/);
});

test('a pair during which the speed of the host changed is reported as doubtful', () => {
  const measured = peak(
    run('this', 0, 100),
    run('against', 0, 100),
    run('against', 1, 100, slow),
    run('this', 1, 200),
  );
  assert.deepEqual([...doubtfulPairs(measured)], [[1, 2]]);
  assert.match(describeSummary(measured).at(-1) as string, /pair 2 is doubtful: .* × 2\.00/);
});

test('the page names commits, machine, date and command, and shows each figure', () => {
  const page = resultsSection([result(peak(run('this', 0, 1100), run('against', 0, 1000)))]);
  assert.match(page, /^### On SQLite, 2026-11-25$/m);
  assert.match(page, /^`aaa` against `bbb`; 2 cores; .*`npm run bench -- --against main`$/m);
  assert.match(page, /^\| load, per second \| 1\.10 \| 1,100 \| 1,000 \|$/m);
});

test('a table that an update would remove from the page is named with its store', () => {
  const of = (store: BenchResult['store'], ...titles: string[]) => ({
    ...result(peak(run('this', 0, 1))),
    store,
    measurements: titles.map((title) => ({ ...peak(run('this', 0, 1)), title })),
  });
  const before = resultsSection([of('sqlite', 'Peak', 'Paced'), of('postgres', 'Peak')]);
  assert.deepEqual(lostTables(before, resultsSection([of('sqlite', 'Paced')])), [
    'On SQLite: Peak',
    'On PostgreSQL: Peak',
  ]);
  assert.deepEqual(lostTables(before, before), []);
});

test('figures of one commit are shown in a table with a column for each kind', () => {
  const only = peak({ ...run('this', 0, 1100), table: { a: { perSecond: 5 }, b: { p50Ms: 1.5 } } });
  const page = resultsSection([result(only)]);
  assert.match(page, /^\| {2}\| per second \| p50 ms \|$/m);
  assert.match(page, /^\| a \| 5 \| – \|$/m);
  assert.match(page, /^\| b \| – \| 1\.50 \|$/m);
});

test('the lines in the README are generated from the measurements', () => {
  const table = {
    [orderRow]: { perSecond: 15_000, relative: 0.25, p99Ms: 8 },
    [rawRow]: { perSecond: 20_000 },
  };
  const measured = { name: 'yardsticks', title: 'Yardsticks', runs: [{ ...run('this', 0, 1), table }] };
  assert.deepEqual(speedLines([result(peak(run('this', 0, 1)))]), []);
  const [heading, , line] = speedLines([result(measured)]);
  assert.equal(heading, 'On 2 cores, 2026-11-25:');
  assert.match(
    line as string,
    /0\.75 × the rate of a raw loop.*0\.25 × that of a bare Fastify route; 15,000\/s, p99 8\.0 ms/,
  );
});

test('lists have a section of their own, and a run of lists alone has no other section', () => {
  const table = { 'withdrawals: newest': { p50Ms: 1.5, relative: 1.25 } };
  const lists = { name: 'lists', title: 'Lists', runs: [{ ...run('this', 0, 1), table }] };
  const alone = sectionsOf([result(lists)]);
  assert.deepEqual(alone.results, []);
  assert.match(resultsSection(alone.lists), /^\| withdrawals: newest \|.* 1\.25.*\|$/m);
  const load = peak(run('this', 0, 100));
  const both = sectionsOf([{ ...result(load), measurements: [load, lists] }]);
  assert.deepEqual(both.results[0]?.measurements, [load]);
  assert.deepEqual(both.lists[0]?.measurements, [lists]);
});

test('worlds and the cost of the lab have a section of their own', () => {
  const table = { 'fork of a world of 1 MB': { durationMs: 4 } };
  const worlds = { name: 'worlds', title: 'Worlds', runs: [{ ...run('this', 0, 1), table }] };
  const load = peak(run('this', 0, 100), run('against', 0, 101));
  const cost = { ...load, name: 'idle-lab' };
  const { results, lab } = sectionsOf([result(worlds), result(cost)]);
  assert.deepEqual(results, []);
  assert.match(resultsSection(lab), /^\| fork of a world of 1 MB \| 4 \|$/m);
  assert.deepEqual(lab[1]?.measurements, [cost]);
  const both = sectionsOf([{ ...result(load), measurements: [load, worlds] }]);
  assert.deepEqual([both.results[0]?.measurements, both.lab[0]?.measurements], [[load], [worlds]]);
});

test('a section is replaced, and the rest of its page is unchanged', () => {
  assert.equal(
    replaceSection('a\n<!-- x -->\nold\n<!-- /x -->\nb', 'x', 'new'),
    'a\n<!-- x -->\nnew\n<!-- /x -->\nb',
  );
  assert.throws(() => replaceSection('a', 'x', 'new'), /lacks <!-- x -->/);
});

test('the series of a metric are summed, and a missing metric is not zero', () => {
  const series = parseSeries('# TYPE m gauge\nm{stage="queued"} 3\nm{stage="broadcast"} 4\nother 1e3\n');
  assert.equal(sumOf(series, 'm'), 7);
  assert.equal(
    sumOf(series, 'm', ({ stage }) => stage === 'queued'),
    3,
  );
  assert.equal(sumOf(series, 'other'), 1000);
  assert.equal(sumOf(series, 'absent'), undefined);
});

test('a file that is not a result is refused by name', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bursar-test-'));
  try {
    const file = join(folder, 'result.json');
    for (const [content, why] of [
      ['x', 'not valid JSON'],
      ['null', 'it has no measurements'],
      ['{}', 'it has no measurements'],
      ['{"measurements":[]}', 'nothing was measured'],
    ] as const) {
      writeFileSync(file, content);
      const message = new RegExp(`result\\.json is not a result of --json: .*${why}`, 's');
      assert.throws(() => readResult(file), { message });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
