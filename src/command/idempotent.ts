/**
 * A command that is executed once under a key: the key is stored in the same commit as the work, with the reply, so that
 * the primary key makes a second execution impossible. The same request again gets the first reply and writes nothing.
 */
import type { Idempotency } from '../contract/idempotency.ts';
import { idempotencyKeyOf } from '../store/lookups.ts';
import type { Command } from '../store/port.ts';
import { conflict } from './operator-refusal.ts';

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** `replayed`: it is the reply to an earlier request, and nothing was done. */
type Replayable<R> = R & { readonly replayed?: true };

/** Its reply is stored, so it must be what JSON can carry. Refusals are not stored. */
export function idempotent<I extends object, R extends { readonly [name: string]: Json }>({
  name,
  prefetch: [first = () => [], ...later],
  decide,
}: Command<I, R>): Command<I & { readonly idempotency?: Idempotency | undefined }, Replayable<R>> {
  return {
    name,
    prefetch: [(input, rows, context) => [...keyLookups(input), ...first(input, rows, context)], ...later],
    decide(input, rows, context) {
      const { idempotency } = input;
      if (idempotency === undefined) return decide(input, rows, context);
      const { operation, key, content } = idempotency;
      const known = rows.one(idempotencyKeyOf(operation, key));
      if (known !== undefined) {
        if (known.content === content)
          return { reply: { ...(known.reply as R), replayed: true }, writes: [] };
        return conflict(`Idempotency-Key '${key}' was used for another ${operation} request.`);
      }
      const decision = decide(input, rows, context);
      if ('rejected' in decision) return decision;
      const { reply, writes } = decision;
      const row = { operation, idempotency_key: key, content, reply, created_at: context.nowMs };
      return { reply, writes: [...writes, { insert: 'idempotency_keys', row }] };
    },
  };
}

function keyLookups({ idempotency }: { readonly idempotency?: Idempotency | undefined }) {
  return idempotency === undefined ? [] : [idempotencyKeyOf(idempotency.operation, idempotency.key)];
}
