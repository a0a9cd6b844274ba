/** What changes on the server while a page is open: a stream of events that the server derives from its commits. */
import { effect, signal } from '@preact/signals';
import type { ChangeTopic } from '../../contract/operator-events.ts';
import { me } from './session.ts';

/** Increases with each change; pages read again when it does. */
export const changes = signal(0);
/** Changes that follow each other closely are one. */
const gatherMs = 400;
let source: EventSource | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Follows while somebody who may see something is signed in. */
export function followChanges(): void {
  effect(() => {
    const isIn = me.value?.permissions.includes('view') === true;
    if (isIn === (source !== undefined)) return;
    source?.close();
    source = isIn ? open() : undefined;
  });
}

function open(): EventSource {
  const opened = new EventSource('/operator/v1/events');
  opened.addEventListener('changed', ({ data }: MessageEvent<string>) => {
    const topics: readonly ChangeTopic[] = JSON.parse(data);
    if (topics.length === 0 || document.hidden) return;
    timer ??= setTimeout(announce, gatherMs);
  });
  document.addEventListener('visibilitychange', announceWhenShown);
  return opened;
}

function announce(): void {
  timer = undefined;
  changes.value += 1;
}

/** A page that was hidden reads nothing; it is read again when somebody looks. */
function announceWhenShown(): void {
  if (!document.hidden && me.value !== null) announce();
}
