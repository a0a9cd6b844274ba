/** Changes of rows that processes keep in memory, by name. */
import type { LoggedEvent } from './logged-events.ts';
import { referenceTables, type TableName } from './tables.ts';

export type CachedChange = Extract<
  LoggedEvent,
  | { readonly accountId: unknown }
  | { readonly apiKey: unknown }
  | { readonly ip: unknown }
  | { readonly table: unknown }
>;

/** `everything`: any cached row may have changed. */
export type NamedChanges = readonly CachedChange[] | 'everything';

/** The changes of one commit. */
export type CommitChanges = {
  readonly changed: ReadonlySet<TableName>;
  readonly named: readonly CachedChange[];
};

/** The tables of the cached rows. */
export const cachedTables: ReadonlySet<TableName> = new Set<TableName>([
  ...referenceTables,
  'api_keys',
  'accounts',
  'bans',
]);

/** The changes of cached rows among events. */
export function cachedChanges(events: readonly LoggedEvent[]): readonly CachedChange[] {
  return events.filter(
    (event) => 'accountId' in event || 'apiKey' in event || 'ip' in event || 'table' in event,
  );
}

export function tableOfChange(change: CachedChange): TableName {
  if ('table' in change) return change.table;
  if ('accountId' in change) return 'accounts';
  return 'apiKey' in change ? 'api_keys' : 'bans';
}
