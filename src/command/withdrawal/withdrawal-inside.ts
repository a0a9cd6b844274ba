/**
 * Settles a withdrawal whose address was outside this exchange when it was accepted, but has since been assigned to a
 * customer. That customer is credited at once, as if the withdrawal were submitted now; if it were sent to the chain,
 * it would return as a deposit. If no account can be credited, the withdrawal waits.
 */
import { reject } from '../../contract/errors.ts';
import { isInMaintenance } from '../../domain/catalog/catalog.ts';
import { obstacleOf } from '../../domain/withdrawal/withdrawal-obstacle.ts';
import { accountById, withdrawalById } from '../../store/lookups.ts';
import type { Command } from '../../store/port.ts';
import { endReturn, isReturn } from '../deposit/returned-deposit.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import { decisionPrefetch } from './withdrawal-decide.ts';
import { recipientOf, sendWithdrawal } from './withdrawal-send.ts';
import { endWait, waitFor } from './withdrawal-waiting.ts';

/** `unchanged`: nothing was written; the next claim decides again. */
export type InsideResult = 'completed' | 'waiting' | 'unchanged';

export const settleInside: Command<
  { readonly id: string },
  InsideResult,
  'withdrawal-unknown' | 'withdrawal-stage-wrong'
> = {
  name: 'withdrawal-settle-inside',
  needsLatest: true,
  prefetch: decisionPrefetch,
  decide({ id }, rows, context) {
    const row = rows.one(withdrawalById(id));
    if (row === undefined) return reject('withdrawal-unknown', { id });
    if (row.stage !== 'queued' && row.stage !== 'waiting')
      return reject('withdrawal-stage-wrong', { id, stage: row.stage, allowed: ['queued', 'waiting'] });
    const work = new UnitOfWork(rows, context);
    const enabled = rows.one(accountById(row.accountId))?.enabled === true;
    const recipient = recipientOf(row, rows, context.catalog);
    const obstacle = obstacleOf(row, enabled, context.catalog);
    const isBlocked = isInMaintenance(context.catalog) || obstacle !== undefined;
    if (isBlocked || recipient === 'outside') return work.reply('unchanged' as const);
    if (typeof recipient === 'string') {
      if (row.waitingFor === 'own-address') return work.reply('unchanged' as const);
      work.write({ update: 'withdrawals', key: { id }, set: waitFor(work, row, 'own-address') });
      return work.reply('waiting' as const);
    }
    const sent = sendWithdrawal(work, row, recipient, context);
    work.write({ update: 'withdrawals', key: { id }, set: { ...sent, ...endWait(work, row) } });
    if (isReturn(row)) endReturn(work, row, rows, 'returned');
    return work.reply('completed' as const);
  },
};
