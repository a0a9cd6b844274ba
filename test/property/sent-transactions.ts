/** The transactions that withdrawals have sent to the simulated chains of a store. */
import type { SentTransaction } from './played-world.ts';

type Rows = (statement: string) => Promise<readonly Record<string, unknown>[]>;

/** @param schema of the tables, with a dot; none on SQLite */
export async function sentOf(rows: Rows, schema = ''): Promise<readonly SentTransaction[]> {
  const sent = await rows(`
    SELECT content, sent.height <= heights.height AS confirmed
    FROM ${schema}transactions AS sent JOIN ${schema}heights AS heights ON heights.network = sent.network
    WHERE direction = 'out' AND failure IS NULL`);
  return sent.map(({ content, confirmed }) => {
    const { withdrawalId } = (typeof content === 'string' ? JSON.parse(content) : content) as {
      withdrawalId: string;
    };
    return { withdrawalId, isConfirmed: Boolean(confirmed) };
  });
}
