/** Fills the published pages from results, so that no figure is typed by hand. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { wrapLines } from '../docs/wrap-lines.ts';
import type { BenchResult } from './result.ts';
import { resultsSection, speedLines } from './result-markdown.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export function publish(files: readonly string[]): void {
  const results = files.map(readResult);
  const bySection = sectionsOf(results);
  for (const [mark, part] of Object.entries(bySection))
    if (part.length > 0) fill('docs/benchmarks.md', mark, wrapLines(resultsSection(part), 120));
  const lines = speedLines(bySection.results);
  if (lines.length > 0) fill('README.md', 'speed', wrapLines(lines.join('\n'), 100));
  console.log(
    `docs/benchmarks.md${lines.length > 0 ? ' and README.md' : ''} filled from ${files.join(', ')}`,
  );
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
 * The results by section of the page. Lists, worlds and what the lab costs are measured by runs of their own, so they
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

/** @throws if the text has no such section. */
export function replaceSection(text: string, mark: string, content: string): string {
  const [start, end] = [`<!-- ${mark} -->`, `<!-- /${mark} -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the page lacks ${start} … ${end}`);
  return `${text.slice(0, from + start.length)}\n${content}\n${text.slice(to)}`;
}
