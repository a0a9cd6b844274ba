/**
 * Withdrawals to an address, newest first. The index has the end of the address in blocks of withdrawals, so a search
 * looks into one block after the other; each look finds few rows, whatever the number of withdrawals.
 */
import type { ListWindow, Slice } from '../../reads/lists.ts';
import type { Row } from '../../tables.ts';
import type { SqlRunner } from '../sql-runner.ts';
import { listSlice } from './list-slice.ts';
import { amongKeys, type Conditions, conditions } from './statement-parts.ts';

/** As in the index. */
const blockSize = 4096;
/** Blocks of one slice. Few different numbers, so that a database has few statements to prepare. */
const blockCounts = [4, 16, 32] as const;
/** Rows of a window, as lists count them, that are worth one block. */
const rowsPerBlock = 125;

const end = (text: string) => `substr(${text}, length(${text}) - 4)`;

/** @param addresses all spellings, at least one. @param others the other conditions of the filter */
export async function withdrawalsByAddress(
  run: SqlRunner,
  addresses: readonly string[],
  others: Conditions,
  window: ListWindow,
): Promise<Slice<Row<'withdrawals'>>> {
  const top = window.before === undefined ? await lastNumber(run) : window.before.seq - 1;
  const highest = Math.floor(top / blockSize);
  const count = blockCounts.find((each) => each * rowsPerBlock >= window.scan) ?? blockCounts[2];
  const drivers = Array.from({ length: count }, (_, index) => ofBlock(highest - index, addresses, others));
  const access = { drivers, order: 'seq' } as const;
  const { rows, next } = await listSlice(run, 'withdrawals', access, { sql: [], parameters: [] }, window);
  const lowest = highest - count + 1;
  if (next !== null || lowest <= 0) return { rows, next };
  return { rows, next: { at: 0, seq: lowest * blockSize } };
}

/** A block with a negative number has no rows. */
function ofBlock(block: number, addresses: readonly string[], others: Conditions): Conditions {
  const exact = amongKeys('address', addresses);
  const ends = exact.parameters.map(() => end('CAST(? AS TEXT)')).join();
  const { sql, parameters } = conditions(
    ['seq >> 12 = ?', block],
    [`${end('address')} IN (${ends})`, ...exact.parameters.flatMap((each) => [each, each])],
    [exact.sql, ...exact.parameters],
  );
  return { sql: [...sql, ...others.sql], parameters: [...parameters, ...others.parameters] };
}

// the primary key
async function lastNumber(run: SqlRunner): Promise<number> {
  const [row] = await run.values('SELECT seq FROM withdrawals ORDER BY seq DESC LIMIT 1', []);
  return Number(row?.seq ?? 0);
}
