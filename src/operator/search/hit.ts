/** Hits of a search. */
import type { search } from '../../contract/operator/search.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import type { DepositView } from '../views/deposit-view.ts';
import type { WithdrawalView } from '../views/withdrawal-view.ts';

export type Hit = OperatorReply<typeof search>['hits'][number];
type Matched = Hit['matched'];

/** The result of one way of searching. */
export type Found = { readonly hits: readonly Hit[]; readonly hasMore: boolean };

/** Maximum number of hits of each kind. */
export const maxHits = 20;

export const nothing: Found = { hits: [], hasMore: false };

export const one = (hit: Hit): Found => ({ hits: [hit], hasMore: false });

const noDetails = { account: null, asset: null, amount: null, state: null, time: null };

export function hitOf(
  kind: Hit['kind'],
  id: string,
  matched: Matched,
  path: string,
  details: Partial<Hit> = {},
): Hit {
  return { ...noDetails, ...details, kind, id, matched, path: `/operator/v1${path}` };
}

export function accountHit(email: string, matched: Matched, details: Partial<Hit> = {}): Hit {
  return hitOf('account', email, matched, `/accounts/${encodeURIComponent(email)}`, {
    account: email,
    ...details,
  });
}

export function withdrawalHit(view: WithdrawalView, matched: Matched): Hit {
  const { id, email: account, asset, amount, stage: state, applyTime: time } = view;
  return hitOf('withdrawal', id, matched, `/withdrawals/${id}`, { account, asset, amount, state, time });
}

export function depositHit(view: DepositView, matched: Matched): Hit {
  const { id, email: account, asset, amount, stage: state, insertTime: time } = view;
  return hitOf('deposit', id, matched, `/deposits/${id}`, { account, asset, amount, state, time });
}

/** @param rows at most one more than are shown. */
export function firstOf<R>(rows: readonly R[], hit: (row: R) => Hit): Found {
  return { hits: rows.slice(0, maxHits).map(hit), hasMore: rows.length > maxHits };
}
