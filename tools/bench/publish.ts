/** Fills the published pages from results, so that no figure is typed by hand. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { wrapLines } from '../docs/wrap-lines.ts';
import type { BenchResult } from './result.ts';
import { resultsSection, speedLines } from './result-markdown.ts';

const page = 'docs/benchmarks.md';
const root = fileURLToPath(new URL('../..', import.meta.url));

export function publish(files: readonly string[]): void {
  const results = files.map(readResult);
  const bySection = sectionsOf(results);
  const filled = Object.entries(bySection).flatMap(([mark, part]) =>
    part.length > 0 ? [[mark, wrapLines(resultsSection(part), 120)] as const] : [],
  );
  for (const [mark, content] of filled) refuseLoss(mark, content);
  for (const [mark, content] of filled) fill(page, mark, content);
  const lines = speedLines(bySection.results);
  if (lines.length > 0) fill('README.md', 'speed', wrapLines(lines.join('\n'), 100));
  console.log(`${page}${lines.length > 0 ? ' and README.md' : ''} filled from ${files.join(', ')}`);
}

/** @throws an error that names the file if it is not a result of at least one measurement. */
export function readResult(file: string): BenchResult {
  const refuse = (why: string) => new Error(`${file} is not a result of --json: ${why}`);
  const text = readFileSync(file, 'utf8');
  let result: Partial<BenchResult> | null;
  try {
    result = JSON.parse(text) as Partial<BenchResult> | null;
  } catch (error) {
    throw refuse((error as Error).message);
  }
  if (!Array.isArray(result?.measurements)) throw refuse('it has no measurements');
  if (result.measurements.length === 0) throw refuse('nothing was measured');
  return result as BenchResult;
}

type Section = 'results' | 'lists' | 'lab';

/**
 * The results by section of the page. Lists, worlds and the cost of the lab are measured by runs of their own, so they
 * have sections of their own: a section of which nothing was measured stays as it is.
 */
export function sectionsOf(
  results: readonly BenchResult[],
): Readonly<Record<Section, readonly BenchResult[]>> {
  const only = (section: Section) =>
    results
      .map((each) => ({
        ...each,
        measurements: each.measurements.filter(({ name }) => sectionOf(name) === section),
      }))
      .filter(({ measurements }) => measurements.length > 0);
  return { results: only('results'), lists: only('lists'), lab: only('lab') };
}

function sectionOf(measurement: string): Section {
  if (measurement === 'lists') return 'lists';
  return measurement === 'worlds' || measurement === 'idle-lab' ? 'lab' : 'results';
}

function fill(file: string, mark: string, content: string): void {
  const path = join(root, file);
  writeFileSync(path, replaceSection(readFileSync(path, 'utf8'), mark, content));
}

function refuseLoss(mark: string, content: string): void {
  const lost = lostTables(sectionIn(readFileSync(join(root, page), 'utf8'), mark), content);
  if (lost.length === 0) return;
  throw new Error(
    `${page} would lose '${lost.join("', '")}': pass results of them too, or delete their tables from the page first`,
  );
}

/** The headings of tables that only the text before has, each with the store. */
export function lostTables(before: string, after: string): readonly string[] {
  const kept = new Set(tablesOf(after));
  return tablesOf(before).filter((table) => !kept.has(table));
}

function tablesOf(section: string): readonly string[] {
  let store = '';
  return section.split('\n').flatMap((line) => {
    store = /^### (On \w+)/.exec(line)?.[1] ?? store;
    return line.startsWith('#### ') ? [`${store}: ${line.slice(5)}`] : [];
  });
}

/** @throws if the text has no such section. */
export function replaceSection(text: string, mark: string, content: string): string {
  const { from, to } = boundsOf(text, mark);
  return `${text.slice(0, from)}\n${content}\n${text.slice(to)}`;
}

function sectionIn(text: string, mark: string): string {
  const { from, to } = boundsOf(text, mark);
  return text.slice(from, to);
}

function boundsOf(text: string, mark: string): { readonly from: number; readonly to: number } {
  const [start, end] = [`<!-- ${mark} -->`, `<!-- /${mark} -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the page lacks ${start} … ${end}`);
  return { from: from + start.length, to };
}
