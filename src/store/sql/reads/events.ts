/** Reads the event log, whose oldest row may stand for the deleted ones. */
import { pruneMarkOf } from '../../event-log.ts';
import type { EventReads } from '../../reads.ts';
import type { SqlRunner } from '../sql-runner.ts';

// the primary key, twice
const oldestAndNext = `
  SELECT * FROM (SELECT * FROM event_log ORDER BY seq LIMIT 1) AS oldest
  UNION ALL SELECT * FROM (SELECT * FROM event_log WHERE seq > ? ORDER BY seq LIMIT CAST(? AS INTEGER)) AS next
  ORDER BY seq`;

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
  };
}
