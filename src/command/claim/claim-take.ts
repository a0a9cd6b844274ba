/**
 * Claims a queued withdrawal of a manual network for one owner, who alone may send it. Custody is reserved as for any
 * withdrawal that is sent. If the owner says nothing until the lease expires, the outcome is unknown.
 *
 * The store allows one claim that is not released, and never another owner of it.
 */
import { reject } from '../../contract/errors.ts';
import { isInMaintenance } from '../../domain/catalog/catalog.ts';
import { accountById, claimsOf, custodyOf, withdrawalById } from '../../store/lookups.ts';
import type { Command } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { approverOf } from '../approver-of.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';
import { planClaim, reserveCustody } from '../withdrawal/withdrawal-claim.ts';
import { ownAddressLookups } from '../withdrawal/withdrawal-send.ts';
import { type ClaimReply, claimReply } from './claim-access.ts';

export type ClaimTaking = {
  readonly operator: Operator;
  readonly id: string;
  /** Time within which the owner must report something, ms of world time. */
  readonly leaseMs: number;
};

type TakeError =
  | 'withdrawal-unknown'
  | 'network-simulated'
  | 'withdrawal-claimed'
  | 'withdrawal-stage-wrong'
  | 'sending-suspended'
  | 'withdrawal-unsendable';

export const takeClaim: Command<ClaimTaking, ClaimReply, TakeError> = {
  name: 'claim-take',
  needsLatest: true,
  prefetch: [
    ({ id }) => [withdrawalById(id), claimsOf(id)],
    ({ id }, rows, { catalog }) => {
      const row = rows.one(withdrawalById(id));
      if (row === undefined) return [];
      return [accountById(row.accountId), custodyOf(row.asset), ...ownAddressLookups(row, catalog)];
    },
  ],
  decide({ operator, id, leaseMs }, rows, context) {
    const row = rows.one(withdrawalById(id));
    if (row === undefined) return reject('withdrawal-unknown', { id });
    const { network, stage } = row;
    if (context.catalog.connectors.get(network) !== 'manual') return reject('network-simulated', { network });
    const claims = rows.all(claimsOf(id));
    const last = claims.toSorted((a, b) => a.generation - b.generation).at(-1);
    if (stage === 'claimed' && last !== undefined) {
      const { owner, generation, expiresAt } = last;
      return reject('withdrawal-claimed', { id, owner, generation, expiresAt });
    }
    if (stage !== 'queued') return reject('withdrawal-stage-wrong', { id, stage, allowed: ['queued'] });
    if (isInMaintenance(context.catalog)) return reject('sending-suspended');
    const work = new UnitOfWork(rows, context);
    const plan = planClaim({}, row, work, rows, context);
    if (typeof plan === 'string') return reject('withdrawal-unsendable', { id, reason: plan });
    reserveCustody(work, row, plan);
    const generation = (last?.generation ?? 0) + 1;
    const claim: Row<'withdrawal_claims'> = {
      id: `${id}:${generation}`,
      withdrawalId: id,
      generation,
      previous: last?.id ?? null,
      network,
      owner: approverOf(operator).id,
      state: 'held',
      claimedAt: context.nowMs,
      expiresAt: context.nowMs + leaseMs,
      endedAt: null,
      decidedBy: null,
    };
    const set = { stage: 'claimed', claim: claim.id } as const;
    work.write({ insert: 'withdrawal_claims', row: claim });
    work.write({ update: 'withdrawals', key: { id }, set });
    work.audit(operator, 'withdrawal-claim', id, { generation, expiresAt: claim.expiresAt });
    return work.reply(claimReply({ row: { ...row, ...set }, claim }));
  },
};
