/**
 * Records up to which block a network has been scanned. If another follower has moved the cursor meanwhile, nothing
 * changes: blocks may be scanned twice, but are never skipped.
 */
import { chainCursorOf } from '../../store/lookups.ts';
import type { Command } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';

export type CursorMove = {
  /** The position of the cursor at which the follower began; null if there was none. */
  readonly from: string | null;
  readonly to: Row<'chain_cursors'>;
};

/** The reply is whether the cursor has been moved. */
export const moveChainCursor: Command<CursorMove, boolean> = {
  name: 'chain-cursor-move',
  prefetch: [({ to }) => [chainCursorOf(to.network)]],
  decide({ from, to }, rows) {
    const current = rows.one(chainCursorOf(to.network))?.position ?? null;
    if (current !== from) return { reply: false, writes: [] };
    return { reply: true, writes: [{ put: 'chain_cursors', row: to }] };
  },
};
