/**
 * Commands that fail when they request a row that their prefetch did not declare, as on a store that prefetches. SQLite
 * itself looks every row up when it is requested.
 */
import assert from 'node:assert/strict';
import type { ErrorId } from '../../src/contract/errors.ts';
import type { Command, Execution, Lookup, Outcome, Rows } from '../../src/store/port.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import type { TableName } from '../../src/store/tables.ts';

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
      return command.decide(input, guarded, context);
    },
  };
}

/** What a lookup assumes does not change which rows it finds. */
function keyOf<T extends TableName>({ assume: _, ...lookup }: Lookup<T>): string {
  return JSON.stringify(lookup, bigintsAsText);
}

export function bigintsAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}` : value;
}
