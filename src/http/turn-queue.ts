/**
 * A FIFO queue of work for later turns of the event loop. Each turn runs a bounded number of items, so that new
 * requests are served in between, however long the queue is.
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
