/** Notification about a commit. It happens after the commit and can no longer change what was done. */
import type { TableName } from './tables.ts';

export type ChangeListener = {
  /**
   * Called with the tables that changed: after each commit, before its outcomes are answered, and when another process
   * has changed what is kept in memory.
   */
  readonly onChanged: (changed: ReadonlySet<TableName>) => void;
  /**
   * Called with what `onChanged` threw. That is a bug: the outcomes of the commit stand and are still answered, but what
   * the process keeps in memory may be stale, so it should stop.
   */
  readonly onListenerError: (error: unknown) => void;
  /**
   * Called a few times a second where other processes write too: every change committed before this time, of the
   * monotonic clock in ms, has been passed to `onChanged`.
   */
  readonly onCaughtUp?: (atMs: number) => void;
  /** Called once when changes of other processes are not heard any more, until `onCaughtUp` is called again. */
  readonly onStale?: () => void;
};

/** Never throws, so that nothing that was committed is ever taken for undone. */
export function notifyChanged(listener: ChangeListener | undefined, changed: ReadonlySet<TableName>): void {
  if (listener === undefined || changed.size === 0) return;
  try {
    listener.onChanged(changed);
  } catch (error) {
    listener.onListenerError(error);
  }
}
