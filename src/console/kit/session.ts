/** Who uses the console, and what they may do. */
import { signal } from '@preact/signals';
import type { getMe } from '../../contract/operator/access/me.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import type { OperatorPermission } from '../../contract/operator-permissions.ts';
import { ApiError, request, whenEnded } from './api.ts';

type Me = OperatorReply<typeof getMe>;

/** null: nobody has signed in. */
export const me = signal<Me | null>(null);
/** Whether the lab is on. */
export const hasLab = signal(false);
/** Why the server could not say who has signed in; undefined if it did. */
export const failure = signal<Error | undefined>(undefined);

export const may = (permission: OperatorPermission | 'anyone'): boolean =>
  me.value !== null && (permission === 'anyone' || me.value.permissions.includes(permission));

/** Whether this browser may have a session: asking without one would be an error. The cookie itself cannot be read. */
const sessionMark = 'session';

/** @param isNew whether somebody has just signed in. */
export async function readMe(isNew = false): Promise<void> {
  failure.value = undefined;
  if (isNew) localStorage.setItem(sessionMark, 'yes');
  if (localStorage.getItem(sessionMark) === null) return;
  try {
    me.value = await request<Me>('GET', '/me');
    hasLab.value = may('use-lab') && (await isThere('/lab/clock'));
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 401)) failure.value = error as Error;
  }
}

async function isThere(path: string): Promise<boolean> {
  return request('GET', path).then(
    () => true,
    () => false,
  );
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
