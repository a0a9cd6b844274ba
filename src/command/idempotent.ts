/**
 * Executes a command once per idempotency key. The key is stored with the reply in the commit of the work, so that the
 * primary key prevents a second execution. Repeating the request returns the first reply and writes nothing.
 */
import { type ErrorId, type Rejection, reject } from '../contract/errors.ts';
import type { Idempotency } from '../contract/idempotency.ts';
import { idempotencyKeyOf } from '../store/lookups.ts';
import type { Command, Write } from '../store/port.ts';

const table = 'idempotency_keys';

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** `replayed`: this is the stored reply to an earlier request, and nothing was done. */
type Replayable<R> = R & { readonly replayed?: true };

/** The reply is stored, so it must be representable in JSON. Rejections are not stored. */
export function idempotent<I extends object, R extends { readonly [name: string]: Json }, E extends ErrorId>({
  name,
  prefetch: [first = () => [], ...later],
  decide,
}: Command<I, R, E>): Command<
  I & { readonly idempotency?: Idempotency | undefined },
  Replayable<R>,
  E | 'idempotency-key-reused'
> {
  return {
    name,
    prefetch: [(input, rows, context) => [...keyLookups(input), ...first(input, rows, context)], ...later],
    decide(input, rows, context) {
      const { idempotency } = input;
      if (idempotency === undefined) return decide(input, rows, context);
      const { operation, key, content } = idempotency;
      const known = rows.one(idempotencyKeyOf(operation, key));
      if (known !== undefined && known.content !== content) return usedForAnother(idempotency);
      if (known !== undefined && known.reply !== null) {
        // cast: a reply of this command was stored under the key.
        return { reply: { ...(known.reply as R), replayed: true }, writes: [] };
      }
      const decision = decide(input, rows, context);
      if ('rejected' in decision) return decision;
      const { reply, writes } = decision;
      const row = { operation, idempotencyKey: key, content, reply, createdAt: context.nowMs };
      const isReserved = known !== undefined;
      const write: Write = isReserved ? { put: table, row } : { insert: table, row };
      return { reply, writes: [...writes, write] };
    },
  };
}

const usedForAnother = ({ operation, key }: Idempotency): Rejection<'idempotency-key-reused'> =>
  reject('idempotency-key-reused', { key, operation });

/**
 * Reserves a key for work that begins outside the store, so that a request with other content cannot use it. The row
 * has no reply until the command has one, and is deleted if the work is rejected.
 */
export const reserveIdempotencyKey: Command<Idempotency, object, 'idempotency-key-reused'> = {
  name: 'idempotency-key-reserve',
  prefetch: [(idempotency) => keyLookups({ idempotency })],
  decide(idempotency, rows, { nowMs }) {
    const { operation, key, content } = idempotency;
    const known = rows.one(idempotencyKeyOf(operation, key));
    if (known !== undefined && known.content !== content) return usedForAnother(idempotency);
    if (known !== undefined) return { reply: {}, writes: [] };
    const row = { operation, idempotencyKey: key, content, reply: null, createdAt: nowMs };
    return { reply: {}, writes: [{ insert: table, row }] };
  },
};

export const releaseIdempotencyKey: Command<Idempotency, object> = {
  name: 'idempotency-key-release',
  prefetch: [(idempotency) => keyLookups({ idempotency })],
  decide({ operation, key, content }, rows) {
    const known = rows.one(idempotencyKeyOf(operation, key));
    const isReserved = known?.reply === null && known.content === content;
    if (!isReserved) return { reply: {}, writes: [] };
    return { reply: {}, writes: [{ delete: table, key: { operation, idempotencyKey: key } }] };
  },
};

function keyLookups({ idempotency }: { readonly idempotency?: Idempotency | undefined }) {
  return idempotency === undefined ? [] : [idempotencyKeyOf(idempotency.operation, idempotency.key)];
}
