/**
 * The sequences of the single writer: counted in memory, and stored in each commit that uses new numbers. Numbers that
 * only rejected commands have taken are skipped, or used after a restart.
 */

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { selectedRow } from '../../boundary/selected.ts';
import { type SequenceName, sequenceNames } from '../tables.ts';

type Numbers = Record<SequenceName, number>;

export class Sequences {
  readonly #select: StatementSync;
  readonly #update: StatementSync;
  readonly #last: Numbers = { tran_ids: 0, account_ids: 0 };
  /** The numbers at the last commit. */
  readonly #stored: Numbers = { ...this.#last };
  /** The numbers that the current transaction has written. */
  readonly #written: Numbers = { ...this.#last };

  constructor(database: DatabaseSync) {
    this.#select = database.prepare('SELECT last FROM sequences WHERE name = ?');
    this.#update = database.prepare('UPDATE sequences SET last = ? WHERE name = ?');
    this.reload();
  }

  next(name: SequenceName): number {
    this.#last[name] += 1;
    return this.#last[name];
  }

  /** Writes the sequences that have advanced since the last commit, within the transaction. */
  write(): void {
    for (const name of sequenceNames) {
      const last = this.#last[name];
      if (last === this.#stored[name]) continue;
      if (this.#update.run(last, name).changes !== 1) throw new Error(`the sequence ${name} is missing`);
      this.#written[name] = last;
    }
  }

  noteCommit(): void {
    for (const name of sequenceNames) this.#stored[name] = this.#written[name];
  }

  noteRollback(): void {
    for (const name of sequenceNames) this.#written[name] = this.#stored[name];
  }

  /** Must be called after another connection has committed. */
  reload(): void {
    for (const name of sequenceNames) {
      const row = selectedRow<{ last: number }>(this.#select.get(name));
      if (row === undefined) throw new Error(`the sequence ${name} is missing`);
      this.#stored[name] = row.last;
      this.#written[name] = row.last;
      this.#last[name] = Math.max(this.#last[name], row.last);
    }
  }
}
