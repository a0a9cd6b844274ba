/**
 * The event log: one row for each commit that wrote transfers or made changes that no transfer shows. Other commits have
 * no row.
 *
 * The events are derived from the writes of the commands, so no command can forget one. Readers follow the log by
 * `eventsAfter`. Old rows are deleted; a reader that asks for them gets 'pruned'.
 */
import type { DepositStage } from '../contract/deposit-stages.ts';
import type { WithdrawalStage } from '../contract/withdrawal-stages.ts';
import type { DividendState } from '../domain/dividend.ts';
import { owingAccountOf } from '../domain/ledger/ledger.ts';
import type { LoggedEvent } from './logged-events.ts';
import type { Write } from './port.ts';
import { isReferenceTable, type Row, type TableName } from './tables.ts';

/** @returns the event of a row that stands for deleted rows; undefined for every other row. */
export function pruneMarkOf({ events: [first] }: Row<'event_log'>): PruneMark | undefined {
  return first?.event === 'pruned' ? first : undefined;
}

type PruneMark = Extract<LoggedEvent, { readonly event: 'pruned' }>;

export function tableOf(write: Write): TableName {
  if ('insert' in write) return write.insert;
  if ('put' in write) return write.put;
  return 'update' in write ? write.update : write.delete;
}

/** The events of one commit. */
export class CommitEvents {
  readonly #events: LoggedEvent[] = [];
  /** Events that differ only in their ids are merged, because a commit of the workers has many of them. */
  readonly #ids = new Map<string, string[]>();

  get list(): readonly LoggedEvent[] {
    return this.#events;
  }

  /** Adds the events of the writes of one command. */
  add(writes: readonly Write[]): void {
    for (const write of writes) {
      const event = descriptions[tableOf(write)]?.(write, writes);
      if (event === undefined) continue;
      if ('ids' in event) this.#addIds(event);
      else this.#events.push(event);
    }
  }

  #addIds(event: Extract<LoggedEvent, { readonly ids: unknown }>): void {
    const kind = 'stage' in event ? `${event.event} ${event.stage}` : event.event;
    const known = this.#ids.get(kind);
    if (known !== undefined) {
      known.push(...event.ids);
      return;
    }
    const ids = [...event.ids];
    this.#ids.set(kind, ids);
    this.#events.push({ ...event, ids });
  }
}

type Describe = (write: Write, all: readonly Write[]) => LoggedEvent | undefined;

/** The tables whose writes are events. A commit that writes only other tables, and no transfers, has no row. */
const descriptions: { readonly [T in TableName]?: Describe } = {
  accounts: (write) => {
    const accountId = numberOf(write, 'id');
    return { event: 'insert' in write ? 'account-opened' : 'account-changed', accountId };
  },
  account_notes: annotation,
  account_tags: annotation,
  pending_changes: (write) => {
    const id = textOf(write, 'id');
    return { event: 'insert' in write ? 'change-proposed' : 'change-decided', id };
  },
  api_keys: (write) => {
    const apiKey = textOf(write, 'apiKey');
    if ('insert' in write) return { event: 'key-created', apiKey };
    return { event: 'delete' in write ? 'key-revoked' : 'key-changed', apiKey };
  },
  bans: (write) => ({ event: 'ban-changed', ip: textOf(write, 'ip') }),
  assets: referenceWrite('asset'),
  networks: referenceWrite('network'),
  prices: referenceWrite('asset'),
  symbols: referenceWrite('symbol'),
  settings: referenceWrite('name'),
  withdrawals: stageWrite('withdrawal'),
  withdrawal_approvals: approvalWrite,
  deposits: stageWrite('deposit'),
  transfers: (write) => {
    const accountId = owingAccountOf(textOf(write, 'debit'));
    return accountId === undefined
      ? undefined
      : { event: 'amount-owed', accountId, asset: textOf(write, 'asset') };
  },
  dividends: (write) => ({
    event: 'dividend-state',
    tranId: numberOf(write, 'tranId'),
    // cast: the write is of a row of the table.
    state: 'delete' in write ? 'deleted' : (fieldOf(write, 'state') as DividendState),
  }),
  chain_cursors: (write) => ({
    event: 'chain-scanned',
    network: textOf(write, 'network'),
    height: numberOf(write, 'height'),
  }),
};

function annotation(write: Write): LoggedEvent {
  return { event: 'account-annotated', accountId: numberOf(write, 'accountId') };
}

/** The last approval moves the withdrawal in the same commit; the event of that move is enough. */
function approvalWrite(write: Write, all: readonly Write[]): LoggedEvent | undefined {
  const id = textOf(write, 'withdrawalId');
  const moves = all.some((each) => 'update' in each && each.update === 'withdrawals' && each.key.id === id);
  return moves ? undefined : { event: 'withdrawal-changed', ids: [id] };
}

function referenceWrite(key: string): Describe {
  return (write) => {
    const table = tableOf(write);
    if (!isReferenceTable(table)) return undefined;
    return { event: 'reference-changed', table, name: textOf(write, key) };
  };
}

function stageWrite(subject: 'withdrawal' | 'deposit'): Describe {
  return (write, all) => {
    const id = textOf(write, 'id');
    if (all.some((each) => isTransferOf(id, each))) return undefined;
    // cast: the stage in a write of the subject is one of the subject.
    const stage = fieldOf(write, 'stage') as WithdrawalStage | DepositStage | undefined;
    if (stage === undefined) return { event: `${subject}-changed`, ids: [id] };
    // cast: the same.
    return { event: `${subject}-stage`, stage, ids: [id] } as LoggedEvent;
  };
}

/** A rebalance moves custody between networks, which says nothing about the withdrawal that needs it. */
function isTransferOf(id: string, write: Write): boolean {
  if (!('insert' in write) || write.insert !== 'transfers') return false;
  return write.row.reference === id && write.row.kind !== 'custody-rebalance';
}

/** The value of the field after the write, if the write names it. */
function fieldOf(write: Write, field: string): unknown {
  if ('update' in write) return valueIn(field in write.set ? write.set : write.key, field);
  return valueIn('delete' in write ? write.key : write.row, field);
}

// cast: any text may be asked for.
const valueIn = (part: object, field: string) => (part as Readonly<Record<string, unknown>>)[field];

function textOf(write: Write, field: string): string {
  const value = fieldOf(write, field);
  if (typeof value !== 'string') throw new Error(`${field} of a write is not a text`);
  return value;
}

function numberOf(write: Write, field: string): number {
  const value = fieldOf(write, field);
  if (typeof value !== 'number') throw new Error(`${field} of a write is not a number`);
  return value;
}
