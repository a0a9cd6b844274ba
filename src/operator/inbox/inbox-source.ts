/** A source of the inbox: one kind of what waits for a person, oldest first. */
import type { Operator } from '../../command/unit-of-work.ts';
import type { listInbox } from '../../contract/operator/inbox.ts';
import type { OperatorOperation, OperatorReply } from '../../contract/operator-operation.ts';
import { isAllowed } from '../../domain/operator/principal.ts';
import type { OperatorParts } from '../handler.ts';

export type InboxItem = OperatorReply<typeof listInbox>['items'][number];
export type InboxKind = InboxItem['kind'];

/** The place of a row in its source. */
export type WaitingPlace = {
  readonly seq: number;
  /** Time, ms. */
  readonly since: number;
};

/** A row that waits. */
export type Waiting<R = unknown> = WaitingPlace & { readonly row: R };

/** Rows that a source puts in order at most; the others follow once these are decided. */
export const maxSorted = 2000;
const pageSize = 500;

/** All rows of a kind, page by page, for sources whose order is not that of the numbers. */
export async function everyRow<R extends { readonly seq: number }>(
  read: (after: number, limit: number) => Promise<readonly R[]>,
): Promise<readonly R[]> {
  const rows: R[] = [];
  for (let after = 0; rows.length < maxSorted; ) {
    const page = await read(after, pageSize);
    rows.push(...page);
    if (page.length < pageSize) break;
    after = page.at(-1)?.seq ?? after;
  }
  return rows;
}

/** The oldest of these rows behind a place. */
export function oldestBehind<R>(
  rows: readonly Waiting<R>[],
  after: WaitingPlace,
  limit: number,
): readonly Waiting<R>[] {
  const compare = (one: WaitingPlace, other: WaitingPlace) => one.since - other.since || one.seq - other.seq;
  return rows
    .filter((row) => compare(row, after) > 0)
    .sort(compare)
    .slice(0, limit);
}

export type InboxSource = {
  readonly kind: InboxKind;
  /** Those behind a place, in their order; fewer than `limit` if there are no more. */
  readonly read: (parts: OperatorParts, after: WaitingPlace, limit: number) => Promise<readonly Waiting[]>;
  /** The items of rows that `read` returned, in their order, as the operator sees them. */
  readonly render: (
    parts: OperatorParts,
    viewer: Operator,
    waiting: readonly Waiting<never>[],
  ) => Promise<readonly InboxItem[]>;
};

/** Binds the two halves of a source to the same type of rows. */
export function inboxSource<R>(source: {
  readonly kind: InboxKind;
  readonly read: (parts: OperatorParts, after: WaitingPlace, limit: number) => Promise<readonly Waiting<R>[]>;
  readonly render: (
    parts: OperatorParts,
    viewer: Operator,
    waiting: readonly Waiting<R>[],
  ) => Promise<readonly InboxItem[]>;
}): InboxSource {
  return source;
}

type Declared = Pick<OperatorOperation, 'id' | 'method' | 'path' | 'permission' | 'needsProof'>;

/** @returns those of the operations on an object for which the viewer has the permission. */
export function actionsOf(
  { principal }: Operator,
  id: string,
  operations: readonly Declared[],
): InboxItem['actions'] {
  return operations
    .filter(({ permission }) => principal === undefined || isAllowed(principal, permission))
    .map(({ id: operation, method, path, needsProof }) => ({
      operation,
      // cast: actions of the inbox have no other.
      method: method as 'GET' | 'POST',
      path: path.replace('{id}', encodeURIComponent(id)),
      needsProof,
    }));
}
