/**
 * Work that goes on in later turns of the event loop, first in, first out. Only so much of it runs in one turn, so that
 * what arrives from others meanwhile is served in between, however much waits.
 */
const maxPerTurn = 8;

let waiting: (() => void)[] = [];
let isScheduled = false;

export function runInLaterTurn(work: () => void): void {
  waiting.push(work);
  schedule();
}

function schedule(): void {
  if (isScheduled) return;
  isScheduled = true;
  setImmediate(runNext);
}

function runNext(): void {
  isScheduled = false;
  const due = waiting.slice(0, maxPerTurn);
  waiting = waiting.slice(maxPerTurn);
  if (waiting.length > 0) schedule();
  for (const work of due) work();
}
