/** Notification of commits. It follows the commit and cannot change its outcomes. */
import type { NamedChanges } from './cached-changes.ts';
import type { TableName } from './tables.ts';

export type ChangeListener = {
  /**
   * Called with the tables that changed, and with the changes of cached rows: after each commit, before its outcomes are
   * returned, and when another process has changed cached rows.
   */
  readonly onChanged: (changed: ReadonlySet<TableName>, named: NamedChanges) => void;
  /**
   * Called with an error that `onChanged` threw, which is a bug. The outcomes of the commit are valid and still
   * returned, but the caches of the process may be stale, so it should stop.
   */
  readonly onListenerError: (error: unknown) => void;
  /**
   * Called a few times a second if other processes write too: every change committed before `atMs` (monotonic clock,
   * ms) has been passed to `onChanged`.
   */
  readonly onCaughtUp?: (atMs: number) => void;
  /** Called once when changes of other processes may be missed. `onCaughtUp` ends this state. */
  readonly onStale?: () => void;
};

/** Never throws, so that an error of the listener is never mistaken for a failed commit. */
export function notifyChanged(
  listener: ChangeListener | undefined,
  changed: ReadonlySet<TableName>,
  named: NamedChanges,
): void {
  if (listener === undefined || changed.size === 0) return;
  try {
    listener.onChanged(changed, named);
  } catch (error) {
    listener.onListenerError(error);
  }
}
