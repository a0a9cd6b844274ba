/**
 * Withdrawals to an address, newest first. The index has the end of the address of settled withdrawals in blocks, so a
 * search looks into one block after the other; each look finds few rows, whatever the number of withdrawals. Open
 * withdrawals are in no index of addresses, and a search goes through those of its blocks.
 */

import { present } from '../../../boundary/present.ts';
import { numberIn } from '../../../boundary/selected.ts';
import { openStages } from '../../../contract/withdrawal-stages.ts';
import type { ListWindow, Place, Slice } from '../../reads/lists.ts';
import type { Row } from '../../tables.ts';
import type { SqlRunner } from '../sql-runner.ts';
import { among, byStage, merged } from './list-plan.ts';
import { listSlice } from './list-slice.ts';
import type { Conditions } from './statement-parts.ts';

/** Rows of a block, as in the index. */
const blockSize = 4096;
/** Blocks of the first slice, and of one in blocks that have many withdrawals to the address. */
const fewBlocks = 4;
/** Blocks of every further slice: a million withdrawals, which takes a millisecond. */
const manyBlocks = 256;
/** Rows of a slice of many blocks that are open, or whose addresses end as those that are searched for, at most. */
const maxCandidates = 2000;
/** As in the index. */
const isSettled = 'settled_at IS NOT NULL';

const end = (text: string) => `substr(${text}, length(${text}) - 4)`;

type Search = { readonly addresses: readonly string[]; readonly others: Conditions };

/** @param addresses all spellings, at least one. @param others the other conditions of the filter */
export async function withdrawalsByAddress(
  run: SqlRunner,
  addresses: readonly string[],
  others: Conditions,
  window: ListWindow,
): Promise<Slice<Row<'withdrawals'>>> {
  const search = { addresses, others };
  const top = window.before === undefined ? await lastNumber(run) : window.before.seq - 1;
  const candidates = window.before && (await candidatesBelow(run, addresses, top));
  return candidates === undefined
    ? inFewBlocks(run, search, top, window)
    : amongCandidates(run, search, candidates, top, window);
}

/** Searches block by block, so that few rows are read, however many withdrawals to the address there are. */
async function inFewBlocks(
  run: SqlRunner,
  { addresses, others }: Search,
  top: number,
  window: ListWindow,
): Promise<Slice<Row<'withdrawals'>>> {
  const blocks = blocksBelow(top, fewBlocks);
  const exact = merged(among('address', addresses), others);
  const drivers = [
    ...blocks.map((block) => merged(settledOf([block], addresses), exact)),
    ...openOf(blocks).map((open) => merged(open, exact)),
  ];
  const access = { drivers, order: 'seq' } as const;
  const { rows, next } = await listSlice(run, 'withdrawals', access, { sql: [], parameters: [] }, window);
  return next === null ? { rows, next: below(blocks) } : { rows, next };
}

/** @returns the numbers of the withdrawals in many blocks that the indexes find; undefined: there are too many. */
async function candidatesBelow(
  run: SqlRunner,
  addresses: readonly string[],
  top: number,
): Promise<readonly number[] | undefined> {
  const blocks = blocksBelow(top, manyBlocks);
  const wanted = [settledOf(blocks, addresses), ...openOf(blocks)];
  const parts = wanted.map(({ sql }) => `SELECT seq FROM withdrawals WHERE ${sql.join(' AND ')}`);
  const found = await run.values(`${parts.join(' UNION ALL ')} LIMIT CAST(? AS INTEGER)`, [
    ...wanted.flatMap(({ parameters }) => parameters),
    maxCandidates + 1,
  ]);
  if (found.length > maxCandidates) return undefined;
  return found.map(({ seq }) => Number(seq)).filter((seq) => seq <= top);
}

async function amongCandidates(
  run: SqlRunner,
  { addresses, others }: Search,
  candidates: readonly number[],
  top: number,
  { limit }: ListWindow,
): Promise<Slice<Row<'withdrawals'>>> {
  const end = below(blocksBelow(top, manyBlocks));
  if (candidates.length === 0) return { rows: [], next: end };
  const { sql, parameters } = merged(among('seq', candidates), among('address', addresses), others);
  const found = await run.rows(
    'withdrawals',
    `SELECT * FROM withdrawals WHERE ${sql.join(' AND ')} ORDER BY seq DESC LIMIT CAST(? AS INTEGER)`,
    [...parameters, limit + 1],
  );
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  return {
    rows,
    next: found.length > limit && last ? { at: last.appliedAt, seq: numberIn(last, 'seq') } : end,
  };
}

/** The newest first, at least one. */
function blocksBelow(top: number, count: number): readonly number[] {
  const highest = Math.floor(Math.max(0, top) / blockSize);
  return Array.from({ length: Math.min(count, highest + 1) }, (_, index) => highest - index);
}

/** The place behind these blocks from which a search continues; null: there are no more. */
function below(blocks: readonly number[]): Place | null {
  const lowest = present(blocks.at(-1));
  return lowest <= 0 ? null : { at: 0, seq: lowest * blockSize };
}

/** The settled withdrawals of the blocks whose addresses end as these. */
function settledOf(blocks: readonly number[], addresses: readonly string[]): Conditions {
  return merged({ sql: [isSettled], parameters: [] }, among('seq >> 12', blocks), endingLike(addresses));
}

/** The open withdrawals of the blocks, which follow one another: one set of conditions for each stage. */
function openOf(blocks: readonly number[]): readonly Conditions[] {
  const [highest, lowest] = [present(blocks[0]), present(blocks.at(-1))];
  return byStage(openStages, { after: lowest * blockSize - 1, through: (highest + 1) * blockSize - 1 })
    .drivers;
}

/** Computed by the database, whose `substr` of a short text is not that of JavaScript. */
function endingLike(addresses: readonly string[]): Conditions {
  const { parameters } = among('address', addresses);
  const ends = parameters.map(() => end('CAST(? AS TEXT)')).join();
  return { sql: [`${end('address')} IN (${ends})`], parameters: parameters.flatMap((each) => [each, each]) };
}

// the primary key
async function lastNumber(run: SqlRunner): Promise<number> {
  const [row] = await run.values('SELECT seq FROM withdrawals ORDER BY seq DESC LIMIT 1', []);
  return Number(row?.seq ?? 0);
}
