/**
 * Records that the policy has denied the request of a customer, whose rejection writes nothing itself. However often a
 * customer asks, there is one row for an account, a UTC day and a rule, and one entry in the audit trail.
 */
import { formatUnits } from '../../contract/decimal.ts';
import { scaleOf } from '../../domain/catalog/catalog.ts';
import { dayOf } from '../../domain/ledger/day.ts';
import { accountById, denialsOf } from '../../store/lookups.ts';
import type { Command } from '../../store/port.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import type { WithdrawalRequest } from './withdrawal-request.ts';
import { askedOf } from './withdrawal-terms.ts';

/** `rule`: the name of the one that matched. */
export type WithdrawalDenial = { readonly request: WithdrawalRequest; readonly rule: string };

/** The reply is the number of times that the rule has denied requests of the account on this day. */
export const recordWithdrawalDenial: Command<WithdrawalDenial, { readonly count: number }> = {
  name: 'withdrawal-denial-record',
  prefetch: [
    ({ request: { accountId }, rule }, _rows, { nowMs }) => [
      accountById(accountId),
      denialsOf(accountId, dayOf(nowMs), rule),
    ],
  ],
  decide({ request, rule }, rows, context) {
    const { nowMs, catalog } = context;
    const { accountId } = request;
    const day = dayOf(nowMs);
    const before = rows.one(denialsOf(accountId, day, rule));
    const asked = askedOf(request, catalog);
    const account = rows.one(accountById(accountId));
    // The asset was undefined, or the account closed, in the meantime.
    if (asked === undefined || account === undefined) return { reply: { count: 0 }, writes: [] };
    const { asset, network, address, amount } = asked;
    const count = (before?.count ?? 0) + 1;
    const policyVersion = catalog.approvalPolicy.version;
    const what = { asset, network, address, amount };
    const times = { firstAt: before?.firstAt ?? nowMs, lastAt: nowMs };
    const work = new UnitOfWork(rows, context);
    work.write({
      put: 'withdrawal_denials',
      row: { accountId, day, rule, policyVersion, count, ...times, ...what },
    });
    if (before === undefined) {
      const details = { rule, policyVersion, ...what, amount: formatUnits(amount, scaleOf(catalog, asset)) };
      work.audit({ actor: 'policy', reason: '' }, 'withdrawal-deny', account.email, details);
    }
    return work.reply({ count });
  },
};
