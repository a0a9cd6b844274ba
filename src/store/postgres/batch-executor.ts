/**
 * Executes a batch until each of its commands has an outcome.
 *
 * A rejected command writes nothing, and a batch that the database refuses is split until only the faulty command fails.
 * A batch that conflicts with another process is decided again with fresh rows, for a limited time. If the connection is
 * lost before COMMIT is sent, the batch is not done; if it is lost afterwards, the outcome is unknown.
 */
import type { TimeSource } from '../../clock/clock.ts';
import type { CommitChanges, NamedChanges } from '../cached-changes.ts';
import type { Execution, Fault, Outcome } from '../port.ts';
import type { TableName } from '../tables.ts';
import { BatchTransaction, type TransactionParts } from './batch-transaction.ts';
import { type ConflictingRows, findConflictingRows } from './conflict.ts';
import { CommitUnanswered, describeFailure, failureOf, StaleReference } from './failure.ts';
import type { WriteConnection } from './write-connection.ts';

export type ExecutorParts = {
  readonly transaction: TransactionParts;
  /** Monotonic. */
  readonly time: TimeSource;
  /** Time for which a batch that conflicts with other processes is retried, ms. */
  readonly retryMs: number;
  readonly refreshReference: () => Promise<void>;
  /** Called after each commit, and after one whose outcome is unknown. Never rejects. */
  readonly afterChange: (changed: ReadonlySet<TableName>, named: NamedChanges) => Promise<void>;
};

/**
 * The outcomes of a finished transaction and what it (possibly) changed; or a failure: nothing was written.
 */
type Attempt = ({ readonly outcomes: readonly Outcome[] } & CommitChanges) | FailedAttempt;

type FailedAttempt = {
  readonly failure: ReturnType<typeof failureOf>;
  readonly error: unknown;
  readonly changes: BatchTransaction['changes'];
};

export class BatchExecutor {
  readonly #parts: ExecutorParts;

  constructor(parts: ExecutorParts) {
    this.#parts = parts;
  }

  /** @returns one outcome for each command, in the order of the batch. */
  execute(connection: WriteConnection, batch: readonly Execution[]): Promise<readonly Outcome[]> {
    return this.#execute(connection, batch, this.#parts.time.now() + this.#parts.retryMs);
  }

  async #execute(
    connection: WriteConnection,
    batch: readonly Execution[],
    giveUpAt: number,
  ): Promise<readonly Outcome[]> {
    let conflicting: ConflictingRows = new Set();
    for (let conflicts = 0; ; ) {
      const attempt = await this.#attempt(connection, batch);
      if ('outcomes' in attempt) {
        await this.#parts.afterChange(attempt.changed, attempt.named);
        const rest = batch.slice(attempt.outcomes.length);
        return rest.length === 0
          ? attempt.outcomes
          : [...attempt.outcomes, ...(await this.#execute(connection, rest, giveUpAt))];
      }
      const { failure, error } = attempt;
      if (failure === 'broken') return this.#split(connection, batch, giveUpAt, error);
      if (failure === 'not-done' || this.#parts.time.now() > giveUpAt) {
        return faultsOf([], batch, 'not-done', error);
      }
      if (failure !== 'conflict') continue;
      const before = conflicting;
      conflicting = await this.#findConflictingRows(connection, attempt);
      // A batch is split at the second conflict at the latest, so that one command does not delay the others.
      const isOver = ++conflicts > 1 && (batch.length > 1 || !conflicting.isDisjointFrom(before));
      if (isOver) return this.#split(connection, batch, giveUpAt, error);
    }
  }

  /** Empty if the query fails: the batch is then tried again, or fails for the same reason. */
  #findConflictingRows(
    connection: WriteConnection,
    { error, changes }: FailedAttempt,
  ): Promise<ConflictingRows> {
    return findConflictingRows((statements) => connection.run(statements), error, changes).catch(
      () => new Set(),
    );
  }

  async #attempt(connection: WriteConnection, batch: readonly Execution[]): Promise<Attempt> {
    const transaction = new BatchTransaction(connection, this.#parts.transaction, batch);
    try {
      await transaction.run();
      const { outcomes, changed, named } = transaction;
      return { outcomes, changed, named };
    } catch (error) {
      if (error instanceof CommitUnanswered) {
        const outcomes = faultsOf(transaction.outcomes, batch, 'unknown', error);
        return { outcomes, changed: transaction.changed, named: transaction.named };
      }
      connection.rollBack();
      if (error instanceof StaleReference) await this.#parts.refreshReference().catch(() => {});
      return { failure: failureOf(error), error, changes: transaction.changes };
    }
  }

  /** Executes the two halves of a refused batch separately. */
  async #split(
    connection: WriteConnection,
    batch: readonly Execution[],
    giveUpAt: number,
    error: unknown,
  ): Promise<readonly Outcome[]> {
    if (batch.length === 1) return faultsOf([], batch, 'bug', error);
    const middle = batch.length >> 1;
    const first = await this.#execute(connection, batch.slice(0, middle), giveUpAt);
    return [...first, ...(await this.#execute(connection, batch.slice(middle), giveUpAt))];
  }
}

/** The outcomes of a failed batch: rejections stay, every other command gets the fault. */
function faultsOf(
  decided: readonly Outcome[],
  batch: readonly Execution[],
  fault: Fault['fault'],
  error: unknown,
): readonly Outcome[] {
  const message = describeFailure(error);
  return batch.map((_, index) => {
    const outcome = decided[index];
    return outcome !== undefined && !('done' in outcome) ? outcome : { fault, message };
  });
}
