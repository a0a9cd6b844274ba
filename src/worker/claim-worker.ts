/** Makes the outcome of withdrawals unknown whose leases have expired. Nothing else ever happens to them by itself. */
import type { WorkerParts } from './worker-parts.ts';

type Parts = Pick<WorkerParts, 'reads' | 'commands' | 'clock' | 'pageSize' | 'stopping'>;

export class ClaimWorker {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async expire(): Promise<void> {
    const { reads, commands, clock, pageSize, stopping } = this.#parts;
    while (!stopping.aborted) {
      const held = await reads.heldClaims(pageSize());
      const over = held.filter(({ expiresAt }) => expiresAt <= clock.world.now());
      const outcomes = await Promise.all(
        over.map(({ id: claimId }) => commands.submit('expireClaim', { claimId })),
      );
      // After a fault the next run tries again.
      if (over.length < held.length || held.length === 0) return;
      if (outcomes.some((outcome) => !('done' in outcome))) return;
    }
  }

  /** World time at which the next lease expires; undefined if no claim is held. */
  async dueMs(): Promise<number | undefined> {
    const [first] = await this.#parts.reads.heldClaims(1);
    return first?.expiresAt;
  }
}
