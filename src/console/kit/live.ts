/** Changes on the server while a page is open: a stream of events that the server derives from its commits. */
import { effect, signal } from '@preact/signals';
import type { ChangeTopic } from '../../contract/operator-events.ts';
import { request, urlOf } from './api.ts';
import { me, refreshMe } from './session.ts';

/** Increases with each change; pages read again when it does. */
export const changes = signal(0);
/** Changes within this time, ms, count as one. */
const gatherMs = 400;
let source: EventSource | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

const isShown = signal(!document.hidden);
/** Increases when a stream that the server has refused is tried again. */
const attempt = signal(0);
const retryMs = 5000;

/**
 * Follows while somebody who may see something is signed in and the page is shown: a browser opens six connections to a
 * server, and each stream takes one, whatever its page does.
 */
export function followChanges(): void {
  document.addEventListener('visibilitychange', noteVisibility);
  effect(() => {
    const follows = attempt.value >= 0 && isShown.value && me.value?.permissions.includes('view') === true;
    if (follows === (source !== undefined)) return;
    source?.close();
    source = follows ? open() : undefined;
  });
}

function open(): EventSource {
  const opened = new EventSource(urlOf('/events'));
  opened.addEventListener('changed', ({ data }: MessageEvent<string>) => {
    const topics: readonly ChangeTopic[] = JSON.parse(data);
    if (topics.length === 0) return;
    if (topics.includes('rules')) void refreshMe();
    if (timer === undefined) timer = setTimeout(announce, gatherMs);
  });
  opened.addEventListener('error', () => {
    if (opened.readyState === EventSource.CLOSED) void tryAgain(opened);
  });
  return opened;
}

/** Browsers do not retry a stream that the server refuses: the session has ended, or the server cannot serve it now. */
async function tryAgain(refused: EventSource): Promise<void> {
  await request('GET', '/me', undefined, { isRefresh: true }).catch(() => undefined);
  setTimeout(() => {
    if (source !== refused) return;
    source = undefined;
    attempt.value += 1;
    if (me.value !== null) announce();
  }, retryMs);
}

function announce(): void {
  timer = undefined;
  changes.value += 1;
}

/** To be called after a change from this page, which then reads again without waiting for the stream. */
export const noteChange = (): void => announce();

/** A page that was hidden reads nothing; it is read again when somebody looks. */
function noteVisibility(): void {
  isShown.value = !document.hidden;
  if (isShown.value && me.value !== null) announce();
}
