/** Actions on a withdrawal of a manual network: send it, and report the outcome. */
import { may } from '../kit/session.ts';
import { type Action, optionalReasonField, reasonField } from '../parts/action.ts';
import type { Field } from '../parts/fields.ts';
import { text } from '../texts.ts';
import type { Withdrawal } from './withdrawal-data.ts';

const own = text.settlement;
const outcomes = ['sent', 'not-sent-queue', 'not-sent-fail'] as const;
const settle = { permission: 'settle-withdrawals', method: 'POST' } as const;

/** The most likely action first. Actions that the server would refuse in any case are not offered. */
export function claimActions(withdrawal: Withdrawal): readonly Action[] {
  const { stage, claim, transactions } = withdrawal;
  if (stage === 'queued') return [take(withdrawal)];
  if (stage === 'unknown') return [resolve(withdrawal)];
  if (claim === null) return [];
  const isOwn = claim.isOwn ? [claim.generation] : [];
  if (stage === 'claimed')
    return isOwn.flatMap((generation) => [
      report(withdrawal, generation),
      unsent(withdrawal, isOwn),
      extend(withdrawal, generation),
      release(withdrawal, generation),
    ]);
  // The owner may no longer be there: then another person reports.
  if (stage !== 'broadcast' || !(claim.isOwn || may('resolve-withdrawals'))) return [];
  const isConfirmed = transactions.some(({ confirmations }) => (confirmations ?? 0) > 0);
  return [
    confirm(withdrawal),
    ...isOwn.map((generation) => report(withdrawal, generation)),
    ...(isConfirmed ? [] : [unsent(withdrawal, isOwn)]),
  ];
}

const pathOf = ({ id }: Withdrawal) => `/withdrawals/${id}`;
const muchOf = ({ amount, asset }: Withdrawal) => `${amount} ${asset}`;
const netOf = ({ netAmount, asset }: Withdrawal) => `${netAmount} ${asset}`;
const whereOf = ({ address, addressTag }: Withdrawal) =>
  addressTag === '' ? address : `${address} (${addressTag})`;

const minutesField: Field = {
  name: 'minutes',
  label: own.minutes,
  kind: 'number',
  value: '10',
  hint: own.minutesHint,
};
const leaseOf = (minutes = '') => ({ leaseSeconds: Math.round(Number(minutes) * 60) });

function take(of: Withdrawal): Action {
  return {
    ...settle,
    label: own.claim,
    path: `${pathOf(of)}/claim`,
    fields: [minutesField],
    body: ({ minutes }) => leaseOf(minutes),
    sentence: ({ minutes }) => own.claimSentence(netOf(of), whereOf(of), minutes ?? ''),
    isIdempotent: true,
  };
}

function extend(of: Withdrawal, generation: number): Action {
  return {
    ...settle,
    label: own.extend,
    path: `${pathOf(of)}/claim/extend`,
    fields: [minutesField],
    body: ({ minutes }) => ({ generation, ...leaseOf(minutes) }),
    sentence: ({ minutes }) => own.extendSentence(minutes ?? ''),
  };
}

function release(of: Withdrawal, generation: number): Action {
  return {
    ...settle,
    label: own.release,
    path: `${pathOf(of)}/claim/release`,
    fields: [optionalReasonField],
    body: ({ reason }) => ({ generation, nothingSigned: true, ...(reason && { reason }) }),
    sentence: () => own.releaseSentence(netOf(of)),
    isDangerous: true,
  };
}

/** Reports the first transaction, or one that replaces the latest. */
function report(of: Withdrawal, generation: number): Action {
  const { txId: latest } = of;
  const isFirst = latest === '';
  return {
    ...settle,
    label: isFirst ? own.report : own.replace,
    path: `${pathOf(of)}/transactions`,
    fields: [
      { name: 'txId', label: text.common.transaction, hint: isFirst ? own.txIdHint : own.replaceHint },
    ],
    body: ({ txId = '' }) => ({ generation, txId: txId.trim(), ...(!isFirst && { replaces: latest }) }),
    sentence: () =>
      isFirst
        ? own.reportSentence(netOf(of), whereOf(of))
        : own.replaceSentence(netOf(of), whereOf(of), latest),
  };
}

function confirm(of: Withdrawal): Action {
  const { transactions, minConfirm, txId: latest } = of;
  const ids = transactions.map(({ txId }) => txId).reverse();
  return {
    ...settle,
    label: own.confirmations,
    path: `${pathOf(of)}/confirmations`,
    fields: [
      ...(ids.length > 1
        ? [{ name: 'txId', label: text.common.transaction, kind: 'choice', options: ids } as const]
        : []),
      { name: 'confirmations', label: text.withdrawals.confirmations, kind: 'number' },
      { name: 'final', label: own.final, kind: 'yes-no', hint: own.finalHint },
    ],
    body: ({ txId, confirmations, final }) => ({
      txId: txId ?? latest,
      confirmations: Number(confirmations),
      ...(final === 'true' && { final: true }),
    }),
    sentence: ({ confirmations: count = '', final }) =>
      final === 'true' || (count !== '' && Number(count) >= minConfirm)
        ? own.completeSentence(muchOf(of), netOf(of))
        : own.confirmSentence(muchOf(of), count, minConfirm),
  };
}

function unsent(of: Withdrawal, [generation]: readonly number[]): Action {
  const who = of.email ?? text.common.noCustomer;
  return {
    ...settle,
    label: own.unsent,
    path: `${pathOf(of)}/unsent`,
    fields: [reasonField],
    body: ({ reason }) => ({ reason, ...(generation !== undefined && { generation }) }),
    sentence: () => own.unsentSentence(muchOf(of), who, of.transactions.length),
    isDangerous: true,
    // Before a transaction is reported, only the owner of the claim knows of it.
    ...(of.transactions.length > 0 && { proposal: { operation: 'reportUnsent', path: { id: of.id } } }),
  };
}

/** Decides on a withdrawal after the lease of its claim has expired. */
function resolve(of: Withdrawal): Action {
  return {
    label: own.resolve,
    permission: 'resolve-withdrawals',
    method: 'POST',
    path: `${pathOf(of)}/resolve`,
    fields: [
      {
        name: 'outcome',
        label: own.outcome,
        kind: 'choice',
        options: outcomes,
        names: own.outcomes,
        hint: own.outcomeHint,
      },
      { name: 'txId', label: text.common.transaction, isOptional: true, hint: own.transactionHint },
      reasonField,
    ],
    sentence: ({ outcome }) => own.resolveSentence(muchOf(of), whereOf(of), outcome ?? ''),
    isDangerous: true,
    proposal: { operation: 'resolveWithdrawal', path: { id: of.id } },
  };
}
