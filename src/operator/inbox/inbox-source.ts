/** A source of the inbox: one kind of what waits for a person, oldest first. */
import type { Operator } from '../../command/unit-of-work.ts';
import type { listInbox } from '../../contract/operator/inbox.ts';
import type { OperatorOperation, OperatorReply } from '../../contract/operator-operation.ts';
import { isAllowed } from '../../domain/operator/principal.ts';
import type { OperatorParts } from '../handler.ts';

export type InboxItem = OperatorReply<typeof listInbox>['items'][number];
export type InboxKind = InboxItem['kind'];

/** A row that waits. */
export type Waiting<R = unknown> = {
  /** The place of the row in its source, above those of the rows before it. */
  readonly seq: number;
  /** Time, ms. */
  readonly since: number;
  readonly row: R;
};

export type InboxSource = {
  readonly kind: InboxKind;
  /** Those behind a place, by place; fewer than `limit` if there are no more. */
  readonly read: (parts: OperatorParts, after: number, limit: number) => Promise<readonly Waiting[]>;
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
  readonly read: (parts: OperatorParts, after: number, limit: number) => Promise<readonly Waiting<R>[]>;
  readonly render: (
    parts: OperatorParts,
    viewer: Operator,
    waiting: readonly Waiting<R>[],
  ) => Promise<readonly InboxItem[]>;
}): InboxSource {
  return source;
}

type Declared = Pick<OperatorOperation, 'id' | 'method' | 'path' | 'permission' | 'needsProof'>;

/** Of these operations on an object, those that the viewer has the permission for. */
export function actionsOf(
  { principal }: Operator,
  id: string,
  operations: readonly Declared[],
): InboxItem['actions'] {
  return operations
    .filter(({ permission }) => principal === undefined || isAllowed(principal, permission))
    .map(({ id: operation, method, path, needsProof }) => ({
      operation,
      method: method as 'GET' | 'POST',
      path: path.replace('{id}', encodeURIComponent(id)),
      needsProof,
    }));
}
