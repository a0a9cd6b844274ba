/** References of later steps to the replies of earlier ones: `$payout.id` is the field `id` of the step `payout`. */
import type { Values } from './scenario.ts';

const reference = /^\$([A-Za-z][A-Za-z0-9_-]*)\.([A-Za-z0-9_.]+)$/;

/** @returns the name of the step that a value refers to; undefined if it is no reference. */
export function nameOf(value: unknown): string | undefined {
  return typeof value === 'string' ? reference.exec(value)?.[1] : undefined;
}

/**
 * @param replies of the steps with names
 * @throws Error if a reply has no such field.
 */
export function resolve(values: Values, replies: ReadonlyMap<string, unknown>): Values {
  return Object.fromEntries(
    Object.entries(values).map(([field, value]) => [field, resolveOne(value, replies)]),
  );
}

function resolveOne(value: unknown, replies: ReadonlyMap<string, unknown>): unknown {
  const [, name = '', path = ''] = (typeof value === 'string' && reference.exec(value)) || [];
  if (name === '') return value;
  let found = replies.get(name);
  // cast: a step that is none finds nothing.
  for (const step of path.split('.')) found = (found as Values | null | undefined)?.[step];
  if (found === undefined) throw new Error(`the reply of ${name} has no field ${path}`);
  return found;
}
