/** Running numbers, fetched in blocks before they are needed, as a decision cannot wait for one. */
import type { RawRow } from './client.ts';
import type { Statement } from './connection.ts';
import { StaleDecision } from './failure.ts';

export class IdReserve {
  readonly #sequence: string;
  readonly #block: number;
  #numbers: number[] = [];
  /** How many there must be at least when a batch is decided. */
  #least = 1;

  constructor(sequence: string, block: number) {
    this.#sequence = sequence;
    this.#block = block;
  }

  /** What fetches more, if there may be too few for so many commands. */
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
    this.#numbers.push(...rows.map((row) => row.id as number).reverse());
    this.#numbers.sort((a, b) => b - a);
  }

  /** The lowest; when there is none left the batch is decided again, with more. */
  next(): number {
    const id = this.#numbers.pop();
    if (id !== undefined) return id;
    this.#least = Math.max(this.#block, this.#least * 4);
    throw new StaleDecision(`${this.#sequence} ran out`);
  }
}
