/** The person who uses the console, and their permissions. */

import { signal } from '@preact/signals';
import { asError } from '../../boundary/caught.ts';
import type { getMe } from '../../contract/operator/access/me.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import type { OperatorPermission } from '../../contract/operator-permissions.ts';
import { ApiError, request, whenEnded } from './api.ts';

type Me = OperatorReply<typeof getMe>;

/** null: nobody has signed in. */
export const me = signal<Me | null>(null);
/** The error of the request for the signed-in operator; undefined if it succeeded. */
export const failure = signal<Error | undefined>(undefined);

export const may = (permission: OperatorPermission | 'anyone'): boolean =>
  me.value !== null && (permission === 'anyone' || me.value.permissions.includes(permission));

/** Whether the server has a part that not all have. */
export const has = (feature: Me['features'][number]): boolean =>
  me.value?.features.includes(feature) === true;

/** Whether this browser may have a session: asking without one would be an error. The cookie itself cannot be read. */
const sessionMark = 'session';

/** @param isNew whether somebody has just signed in. */
export async function readMe(isNew = false): Promise<void> {
  failure.value = undefined;
  if (isNew) localStorage.setItem(sessionMark, 'yes');
  if (localStorage.getItem(sessionMark) === null) return;
  try {
    me.value = await request<Me>('GET', '/me');
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 401)) failure.value = asError(error);
  }
}

/** Reads the features and the permissions again: the first manual network adds a page. */
export async function refreshMe(): Promise<void> {
  const read = await request<Me>('GET', '/me', undefined, { isRefresh: true }).catch(() => undefined);
  if (read !== undefined && me.value !== null) me.value = read;
}

export async function signOut(): Promise<void> {
  await request('POST', '/sign-out', {});
  forget();
}

function forget(): void {
  localStorage.removeItem(sessionMark);
  me.value = null;
}
whenEnded(forget);
