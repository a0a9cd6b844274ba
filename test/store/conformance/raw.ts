/** Minimal commands, defined by what they look up, write and reply. */
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { AnyLookup, Execution, Lookup, Outcome, Store, Write } from '../../../src/store/port.ts';
import { type NewRow, type Row, type TableName, tables } from '../../../src/store/tables.ts';

/** Writes regardless of existing rows. */
export function writing(...writes: readonly Write[]): Execution {
  return {
    command: { name: 'raw-write', prefetch: [], decide: () => ({ reply: 'written', writes }) },
    input: {},
  };
}

/** Replies with the rows of a lookup. */
export function looking<T extends TableName>(lookup: Lookup<T>): Execution {
  return {
    command: {
      name: 'raw-look',
      prefetch: [() => [lookup as AnyLookup]],
      decide: (_input, rows) => ({ reply: rows.all(lookup), writes: [] }),
    },
    input: {},
  };
}

/** Looks up a row and writes rows derived from it. */
export function rewriting<T extends TableName>(
  lookup: Lookup<T>,
  writes: (row: Row<T> | undefined) => readonly Write[],
): Execution {
  return {
    command: {
      name: 'raw-rewrite',
      prefetch: [() => [lookup as AnyLookup]],
      decide: (_input, rows) => ({ reply: 'written', writes: writes(rows.one(lookup)) }),
    },
    input: {},
  };
}

export function replyOf(outcome: Outcome | undefined): unknown {
  assert.ok(outcome && 'done' in outcome, inspect(outcome));
  return outcome.done;
}

export async function runAll(store: Store, batch: readonly Execution[]): Promise<readonly unknown[]> {
  return (await store.execute(batch)).map(replyOf);
}

export async function run(store: Store, execution: Execution): Promise<unknown> {
  return (await runAll(store, [execution]))[0];
}

export function kindOf(outcome: Outcome): string {
  if ('done' in outcome) return 'done';
  return 'fault' in outcome ? outcome.fault : outcome.rejected;
}

/** The whole content of the store in a fixed order. */
export async function dump({ reads }: Store): Promise<Record<string, readonly string[]>> {
  const names = Object.keys(tables) as TableName[];
  const contents = names.map(async (name) => {
    const rows = await reads.rows(name, {});
    return [name, rows.map((row) => inspect(row, { sorted: true, breakLength: Infinity })).sort()] as const;
  });
  return Object.fromEntries(await Promise.all(contents));
}

export const accountRow = (id: number, row: Partial<Row<'accounts'>> = {}): Row<'accounts'> => ({
  id,
  email: `a${id}@example.com`,
  masterId: null,
  enabled: true,
  withdrawConfirmation: 'none',
  whitelistOnly: false,
  withdrawQuotaUsd: null,
  travelRuleCountry: 'NIL',
  statusMessage: null,
  statusArguments: [],
  mobile: '',
  googleAuth: false,
  activated: true,
  lockedUntil: null,
  lockReason: null,
  lockCount: 0,
  lastLockedAt: null,
  createdAt: 1,
  ...row,
});

export const transferRow = (amount: bigint, reference = 'x'): NewRow<'transfers'> => ({
  at: 1,
  kind: 'adjustment',
  asset: 'BTC',
  amount,
  debit: 'adjustments',
  credit: 'fees',
  reference,
});

export const banRow = (ip: string, offences = 1): Row<'bans'> => ({
  ip,
  bannedUntil: 5,
  offences,
  lastOffenceAt: 1,
});
export const banOf = (ip: string): Lookup<'bans'> => ({ table: 'bans', where: { ip } });
