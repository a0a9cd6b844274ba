/** Numbers of a sequence, fetched in blocks ahead of time, because a decision is synchronous and cannot fetch one. */
import { numberIn } from '../../boundary/selected.ts';
import type { RawRow } from './client.ts';
import type { Statement } from './connection.ts';
import { StaleDecision } from './failure.ts';

export class IdReserve {
  readonly #sequence: string;
  readonly #block: number;
  #numbers: number[] = [];
  /** Minimum number of ids available when a batch is decided. */
  #least = 1;

  constructor(sequence: string, block: number) {
    this.#sequence = sequence;
    this.#block = block;
  }

  /** @returns a statement that fetches more ids, if there may be too few for this number of commands. */
  refill(commands: number): Statement[] {
    const least = Math.max(this.#least, Math.min(commands, this.#block));
    if (this.#numbers.length >= least) return [];
    return [
      {
        sql: `SELECT nextval('${this.#sequence}') AS id FROM generate_series(1, $1::int)`,
        parameters: [least + this.#block - this.#numbers.length],
      },
    ];
  }

  add(rows: readonly RawRow[]): void {
    this.#numbers.push(...rows.map((row) => numberIn(row, 'id')).reverse());
    this.#numbers.sort((a, b) => b - a);
  }

  /** @returns a statement that returns the remaining ids to the sequence, if nobody else has fetched any since. */
  handBack(): Statement[] {
    const [highest] = this.#numbers;
    const lowest = this.#numbers.at(-1);
    if (highest === undefined || lowest === undefined) return [];
    if (highest - lowest >= this.#numbers.length) return [];
    this.#numbers = [];
    return [
      {
        sql: `SELECT setval('${this.#sequence}', $1::bigint) FROM ${this.#sequence} WHERE last_value = $2::bigint`,
        parameters: [lowest - 1, highest],
      },
    ];
  }

  /** @returns the lowest id. @throws StaleDecision if none is left: the batch is then decided again with more ids. */
  next(): number {
    const id = this.#numbers.pop();
    if (id !== undefined) return id;
    this.#least = Math.max(this.#block, this.#least * 4);
    throw new StaleDecision(`${this.#sequence} ran out`);
  }
}
