/** Reads that are passed on to those of an engine that may have to wake first. */
import { methodOf } from '../boundary/method.ts';
import { keysOf } from '../boundary/record.ts';
import type { Reads } from '../store/reads.ts';
import { createSqlReads } from '../store/sql/sql-reads.ts';

const names = keysOf(
  createSqlReads({
    rows: async () => [],
    values: async () => [],
    encode: () => null,
  }),
);

/** @param target without a promise if the engine is awake: each read saves a turn then. */
export function passedReads(target: () => Reads | Promise<Reads>): Reads {
  const read = (name: keyof Reads, given: readonly unknown[]): unknown => {
    const reads = target();
    return reads instanceof Promise
      ? reads.then((awake) => methodOf(awake, name)(...given))
      : methodOf(reads, name)(...given);
  };
  // cast: it has each of the reads, which pass on what they are given.
  return Object.fromEntries(
    names.map((name) => [name, (...given: readonly unknown[]) => read(name, given)]),
  ) as unknown as Reads;
}
