/**
 * Withdrawals to an address, newest first. The index has the end of the address in blocks of withdrawals, so a search
 * looks into one block after the other; each look finds few rows, whatever the number of withdrawals.
 */

import { present } from '../../../boundary/present.ts';
import { numberIn } from '../../../boundary/selected.ts';
import type { ListWindow, Place, Slice } from '../../reads/lists.ts';
import type { Row } from '../../tables.ts';
import type { SqlRunner } from '../sql-runner.ts';
import { listSlice } from './list-slice.ts';
import { amongKeys, type Conditions } from './statement-parts.ts';

/** Rows of a block, as in the index. */
const blockSize = 4096;
/** Blocks of the first slice, and of one in blocks that have many withdrawals to the address. */
const fewBlocks = 4;
/** Blocks of every further slice: a million withdrawals, which takes a millisecond. */
const manyBlocks = 256;
/** Rows of a slice of many blocks whose addresses end as those that are searched for, at most. */
const maxCandidates = 2000;

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

/** Finds what is searched for block by block, so that it reads few rows however many the address has. */
async function inFewBlocks(
  run: SqlRunner,
  { addresses, others }: Search,
  top: number,
  window: ListWindow,
): Promise<Slice<Row<'withdrawals'>>> {
  const blocks = blocksBelow(top, fewBlocks);
  const drivers = blocks.map((block) => ofBlock(block, addresses, others));
  const access = { drivers, order: 'seq' } as const;
  const { rows, next } = await listSlice(run, 'withdrawals', access, { sql: [], parameters: [] }, window);
  return next === null ? { rows, next: below(blocks) } : { rows, next };
}

/** @returns the numbers of the withdrawals in many blocks that the index finds; undefined: there are too many. */
async function candidatesBelow(
  run: SqlRunner,
  addresses: readonly string[],
  top: number,
): Promise<readonly number[] | undefined> {
  const among = amongKeys('seq >> 12', blocksBelow(top, manyBlocks));
  const ends = endingLike(addresses);
  const found = await run.values(
    `SELECT seq FROM withdrawals WHERE ${among.sql} AND ${ends.sql} LIMIT CAST(? AS INTEGER)`,
    [...among.parameters, ...ends.parameters, maxCandidates + 1],
  );
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
  const wanted = [amongKeys('seq', candidates), amongKeys('address', addresses), others];
  const found = await run.rows(
    'withdrawals',
    `SELECT * FROM withdrawals WHERE ${wanted.flatMap(({ sql }) => sql).join(' AND ')}
     ORDER BY seq DESC LIMIT CAST(? AS INTEGER)`,
    [...wanted.flatMap(({ parameters }) => parameters), limit + 1],
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

function ofBlock(block: number, addresses: readonly string[], others: Conditions): Conditions {
  const exact = amongKeys('address', addresses);
  const ends = endingLike(addresses);
  return {
    sql: ['seq >> 12 = ?', ends.sql, exact.sql, ...others.sql],
    parameters: [block, ...ends.parameters, ...exact.parameters, ...others.parameters],
  };
}

/** Computed by the database, whose `substr` of a short text is not that of JavaScript. */
function endingLike(addresses: readonly string[]) {
  const { parameters } = amongKeys('address', addresses);
  const ends = parameters.map(() => end('CAST(? AS TEXT)')).join();
  return { sql: `${end('address')} IN (${ends})`, parameters: parameters.flatMap((each) => [each, each]) };
}

// the primary key
async function lastNumber(run: SqlRunner): Promise<number> {
  const [row] = await run.values('SELECT seq FROM withdrawals ORDER BY seq DESC LIMIT 1', []);
  return Number(row?.seq ?? 0);
}
