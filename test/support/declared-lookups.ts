/**
 * Commands that fail when they request a row that their prefetch did not declare, as on a store that prefetches, or
 * change the latest data without saying so. SQLite itself looks every row up when it is requested, and locks nothing.
 */
import assert from 'node:assert/strict';
import { type ErrorId, isRejection } from '../../src/contract/errors.ts';
import type { Command, Execution, Lookup, Outcome, Rows, Write } from '../../src/store/port.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { isReferenceTable, type TableName } from '../../src/store/tables.ts';

/** A store on SQLite whose commands get only the rows that they declared. */
export class DeclaredOnlyStore extends SqliteStore {
  override execute(batch: readonly Execution[]): Promise<readonly Outcome[]> {
    return super.execute(batch.map((each) => ({ ...each, command: declaredOnly(each.command) })));
  }
}

/** The same command, limited to rows that its prefetch declares; each stage sees the rows of earlier stages. */
export function declaredOnly<I, R>(command: Command<I, R, ErrorId>): Command<I, R, ErrorId> {
  return {
    ...command,
    decide(input, rows, context) {
      const named = new Set<string>();
      const guard = <T extends TableName>(lookup: Lookup<T>) => {
        const key = keyOf(lookup);
        assert.ok(named.has(key), `${command.name} did not prefetch ${key}`);
        return lookup;
      };
      const guarded: Rows = {
        one: (lookup) => rows.one(guard(lookup)),
        all: (lookup) => rows.all(guard(lookup)),
      };
      for (const stage of command.prefetch) {
        const lookups = stage(input, guarded, context);
        for (const lookup of lookups) named.add(keyOf(lookup));
      }
      const decision = command.decide(input, guarded, context);
      if (!isRejection(decision)) checkChangesLatest(command, decision.writes);
      return decision;
    },
  };
}

/** This command changes an account only when a limit is breached: its batches would lock without need. */
const lockingLate: ReadonlySet<string> = new Set(['trading-indicators-record']);

function checkChangesLatest(
  { name, changesLatest }: { name: string; changesLatest?: true },
  writes: readonly Write[],
) {
  // Raw commands test the store itself, which then locks late.
  if (changesLatest || lockingLate.has(name) || name.startsWith('raw-')) return;
  for (const write of writes)
    assert.ok(
      !changesLatestData(write),
      `${name} needs changesLatest: ${JSON.stringify(write, bigintsAsText)}`,
    );
}

function changesLatestData(write: Write): boolean {
  if ('insert' in write) return isReferenceTable(write.insert) || write.insert === 'deposit_addresses';
  if ('update' in write) return isReferenceTable(write.update) || write.update === 'accounts';
  return isReferenceTable('put' in write ? write.put : write.delete);
}

/** The assumption of a lookup does not change which rows it finds. */
function keyOf<T extends TableName>({ assume: _, ...lookup }: Lookup<T>): string {
  return JSON.stringify(lookup, bigintsAsText);
}

export function bigintsAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}` : value;
}
