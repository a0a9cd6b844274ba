/** The requests of actions. */
import { request } from '../kit/api.ts';
import type { Action } from './action.ts';
import type { Values } from './fields.ts';

const filled = (values: Values) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));

function bodyOf({ body, fields }: Action, values: Values): unknown {
  if (body === null) return undefined;
  return body?.(values) ?? (fields === undefined ? {} : filled(values));
}

/** @param keys of the requests that this dialog has sent, by their content: the same content is the same request. */
export function performIt(action: Action, values: Values, keys: Map<string, string>): Promise<unknown> {
  const path = typeof action.path === 'string' ? action.path : action.path(values);
  const body = bodyOf(action, values);
  if (!action.isIdempotent) return request(action.method, path, body);
  const content = `${path} ${JSON.stringify(body)}`;
  const key = keys.get(content) ?? randomKey();
  keys.set(content, key);
  return request(action.method, path, body, { idempotencyKey: key });
}

/** Does not use `randomUUID`, which pages have over HTTPS and on localhost only. */
const randomKey = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16)).join('-');

export function proposeIt(action: Action, values: Values): Promise<unknown> {
  // cast: the button is shown only with it.
  const { operation, path } = action.proposal as NonNullable<Action['proposal']>;
  const body = bodyOf(action, values);
  return request('POST', '/changes', { operation, path, body, reason: values.reason ?? '' });
}
