/** Reads the event log, whose oldest row may stand for the deleted ones. */
import { pruneMarkOf } from '../../event-log.ts';
import type { EventReads, FreeBalances } from '../../reads/events.ts';
import type { SqlParameter, SqlRunner } from '../sql-runner.ts';

// the primary key, twice
const oldestAndNext = `
  SELECT * FROM (SELECT * FROM event_log ORDER BY seq LIMIT 1) AS oldest
  UNION ALL SELECT * FROM (SELECT * FROM event_log WHERE seq > ? ORDER BY seq LIMIT CAST(? AS INTEGER)) AS next
  ORDER BY seq`;

/** A commit takes its number just before it ends, so one in progress is among the latest numbers. */
const latestCommits = 1000;

// the primary keys; one statement, so that both parts are as of the same moment
const balancesAndCommits = `
  SELECT seq, NULL AS asset, NULL AS free
  FROM (SELECT seq FROM event_log ORDER BY seq DESC LIMIT ${latestCommits}) AS latest
  UNION ALL
  SELECT NULL, asset, CAST(free AS text) FROM balances WHERE account_id = ? AND wallet = 'spot'`;

// the primary key
const freeTransfersInRange = `
  SELECT seq, asset, CAST(amount AS text) AS amount, debit, credit, reference
  FROM transfers WHERE seq >= ? AND seq <= ? AND (debit LIKE '%:spot:free' OR credit LIKE '%:spot:free')
  ORDER BY seq LIMIT CAST(? AS INTEGER)`;

export function eventReads(run: SqlRunner): EventReads {
  return {
    async eventsAfter(seq, limit) {
      const found = await run.rows('event_log', oldestAndNext, [seq, limit]);
      const [oldest] = found;
      const mark = oldest && pruneMarkOf(oldest);
      if (oldest !== undefined && mark !== undefined && seq < oldest.seq)
        return { kind: 'pruned', firstSeq: oldest.seq + 1, lastTransfer: mark.lastTransfer };
      const rows = found.filter((row, index) => row.seq > seq && row.seq !== found[index - 1]?.seq);
      return { kind: 'events', rows };
    },
    freeBalances: async (accountId) => freeBalancesOf(await run.values(balancesAndCommits, [accountId])),
    freeTransfers: async (first, last, limit) =>
      (await run.values(freeTransfersInRange, [first, last, limit])).map((row) => ({
        seq: Number(row.seq),
        asset: String(row.asset),
        amount: BigInt(String(row.amount)),
        debit: String(row.debit),
        credit: String(row.credit),
        reference: String(row.reference),
      })),
  };
}

function freeBalancesOf(rows: readonly Record<string, SqlParameter>[]): FreeBalances {
  const free = new Map<string, bigint>();
  const seqs: number[] = [];
  for (const row of rows) {
    if (row.asset === null) seqs.push(Number(row.seq));
    else free.set(String(row.asset), BigInt(String(row.free)));
  }
  seqs.sort((one, other) => one - other);
  const lastSeq = seqs.at(-1) ?? 0;
  const missing: number[] = [];
  let next = Math.max(seqs[0] ?? 0, lastSeq - latestCommits);
  for (const seq of seqs) {
    for (; next < seq; next += 1) missing.push(next);
    next = Math.max(next, seq + 1);
  }
  return { free, lastSeq, missing };
}
