import type { Reads } from '../../store/reads.ts';

/** Withdrawals in each stage that are counted. */
const maxCounted = 1000;

/** Number of withdrawals that are to be sent, or are sent and not confirmed. */
export async function countUnderWay(reads: Pick<Reads, 'withdrawalsUnderWay'>): Promise<number> {
  // In this order, so that one that is being sent is not missed.
  const queued = await reads.withdrawalsUnderWay('queued', 0, maxCounted);
  const broadcast = await reads.withdrawalsUnderWay('broadcast', 0, maxCounted);
  return new Set([...queued, ...broadcast].map(({ id }) => id)).size;
}
