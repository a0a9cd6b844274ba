import type {
  DividendDistributed,
  DividendDistribution,
} from '../../command/dividend/dividend-distribute.ts';
import { type FaultId, unwrap } from '../../command/outcome.ts';
import type { ErrorOf } from '../../command/registry.ts';
import { type ErrorId, isRejection, type Rejection, reject } from '../../contract/errors.ts';
import type { Idempotency } from '../../contract/idempotency.ts';
import * as operations from '../../contract/operator/dividends.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { computeDividendParts } from '../../query/dividend-parts.ts';
import type { Outcome } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { implement, type OperatorParts, orReplayed } from '../handler.ts';
import { keyedPage } from '../lists/keyed-page.ts';
import { amountText, decimalOf } from './subject.ts';

type DividendView = OperatorReply<typeof operations.payDividend>;

/** Maximum number of holders that one commit pays; with more holders, the worker pays in batches after the reply. */
const holdersPerCommit = 200;
/** Number of shares that one commit stores. */
const sharesPerCommit = 500;

export const payDividend = implement(
  operations.payDividend,
  async ({ body: { asset, holdersOf, total, info }, idempotency }, operator, parts) => {
    const order = { operator, asset, holdersOf, total: decimalOf(total), info };
    const outcome = await distribute(order, idempotency, parts);
    if (isRejection(outcome)) return outcome;
    const { tranId, payments, status, timeMs, ...paid } = outcome.done;
    const reply = { tranId, asset, holdersOf, total: paid.total, info, payments, status, time: timeMs };
    return orReplayed(reply, outcome.done);
  },
);

type DistributionError =
  | ErrorOf<'distributeDividend' | 'beginDividend' | 'recordDividendShares' | 'startDividend'>
  | FaultId;
type Distributed =
  | { readonly done: DividendDistributed & { readonly replayed?: true } }
  | Rejection<DistributionError>;

async function distribute(
  order: DividendDistribution,
  idempotency: Idempotency | undefined,
  parts: OperatorParts,
): Promise<Distributed> {
  const { operator } = order;
  if (await isKnown(idempotency, parts)) {
    // The stored reply of the key is returned, so the start itself is never executed.
    const start = { operator, tranId: 0, payments: 0, idempotency };
    return unwrap(await parts.commands.submit('startDividend', start));
  }
  const some = await parts.reads.balancesOfAssetAfter(order.holdersOf, 0, '', holdersPerCommit + 1);
  if (some.length <= holdersPerCommit) {
    return unwrap(await parts.commands.submit('distributeDividend', { ...order, idempotency }));
  }
  return distributeToMany(order, idempotency, parts);
}

async function isKnown(idempotency: Idempotency | undefined, { reads }: OperatorParts): Promise<boolean> {
  if (idempotency === undefined) return false;
  const { operation, key: idempotencyKey } = idempotency;
  return (await reads.row('idempotency_keys', { operation, idempotencyKey })) !== undefined;
}

/** Uses several small commits, so that other commands run in between. Only the last one starts the dividend. */
async function distributeToMany(
  order: DividendDistribution,
  idempotency: Idempotency | undefined,
  { commands, openSnapshot, yieldNow }: OperatorParts,
): Promise<Distributed> {
  const begun = unwrap(asNotDone(await commands.submit('beginDividend', order)));
  if (isRejection(begun)) return begun;
  const { tranId, totalUnits } = begun.done;
  const shares = await computeDividendParts(openSnapshot, order.holdersOf, totalUnits, yieldNow);
  if (shares.length === 0) {
    return reject('asset-not-held', { asset: order.holdersOf });
  }
  for (let start = 0; start < shares.length; start += sharesPerCommit) {
    const page = shares.slice(start, start + sharesPerCommit);
    const outcome = await commands.submit('recordDividendShares', { tranId, shares: page });
    const recorded = unwrap(asNotDone(outcome));
    if (isRejection(recorded)) return recorded;
  }
  const start = { operator: order.operator, tranId, payments: shares.length, idempotency };
  return unwrap(await commands.submit('startDividend', start));
}

/** A preparation step pays nothing and is deleted again, so an unknown outcome counts as not done. */
function asNotDone<R, E extends ErrorId>(outcome: Outcome<R, E>): Outcome<R, E> {
  return 'fault' in outcome && outcome.fault === 'unknown' ? { ...outcome, fault: 'not-done' } : outcome;
}

export const getDividend = implement(
  operations.getDividend,
  async ({ path: { tranId } }, _operator, parts) => {
    const row = await parts.reads.row('dividends', { tranId: Number(tranId) });
    if (row === undefined || row.state === 'preparing') return reject('dividend-unknown', { tranId });
    return view(parts, row);
  },
);

export const listDividends = implement(operations.listDividends, async ({ query }, _operator, parts) => {
  const page = await keyedPage('listDividends', query, parts.reads.dividends, ({ tranId }) => tranId);
  if (isRejection(page)) return page;
  const dividends = page.rows.toReversed().map((row) => view(parts, row));
  return { dividends, nextCursor: page.nextCursor };
});

function view(parts: OperatorParts, row: Row<'dividends'>): DividendView {
  return {
    tranId: row.tranId,
    asset: row.asset,
    holdersOf: row.holdersOf,
    total: amountText(parts, row.asset, row.total),
    info: row.info,
    payments: row.payments,
    // cast: deleted ones are not listed.
    status: row.state as DividendView['status'],
    time: row.at,
  };
}
