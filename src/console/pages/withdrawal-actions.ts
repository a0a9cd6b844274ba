/** What an operator may do about a withdrawal. */
import type { getWithdrawal } from '../../contract/operator/withdrawals.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { type Action, optionalReasonField, reasonField } from '../parts/action.ts';
import { text } from '../texts.ts';

export type Withdrawal = OperatorReply<typeof getWithdrawal>;
type Decision = 'confirm' | 'approve' | 'reject' | 'cancel' | 'resend' | 'fail';

const outcomes = ['sent', 'not-sent-queue', 'not-sent-fail'] as const;

const own = text.withdrawals;
const permissions = {
  confirm: 'help-withdrawals',
  cancel: 'help-withdrawals',
  approve: 'approve-withdrawals',
  reject: 'approve-withdrawals',
  resend: 'send-withdrawals',
  fail: 'send-withdrawals',
} as const;

/** By stage, the most likely first. */
const possible: Readonly<Record<string, readonly Decision[]>> = {
  'email-sent': ['confirm', 'cancel'],
  'awaiting-approval': ['approve', 'reject', 'cancel'],
  waiting: ['reject', 'cancel'],
  broadcast: ['resend', 'fail'],
};

export function actionsOf(withdrawal: Withdrawal): readonly Action[] {
  const { id, email, amount, asset, address, stage } = withdrawal;
  const much = `${amount} ${asset}`;
  const who = email ?? text.common.noCustomer;
  const sentences: Readonly<Record<Decision, string>> = {
    confirm: own.confirmSentence(much, who),
    approve: own.approveSentence(much, address),
    reject: own.rejectSentence(much, who),
    cancel: own.cancelSentence(much, who),
    resend: own.resendSentence(much),
    fail: own.failSentence(much, who),
  };
  if (stage === 'unknown') return [resolve(withdrawal)];
  return (possible[stage] ?? []).map((decision) => ({
    label: own[decision],
    permission: permissions[decision],
    method: 'POST',
    path: `/withdrawals/${id}/${decision}`,
    fields: [optionalReasonField],
    sentence: () => sentences[decision],
    isDangerous: decision === 'reject' || decision === 'fail' || decision === 'cancel',
  }));
}

/** Of a manual network, after the lease of its claim has expired. */
function resolve({ id, amount, asset, address }: Withdrawal): Action {
  return {
    label: own.resolve,
    permission: 'resolve-withdrawals',
    method: 'POST',
    path: `/withdrawals/${id}/resolve`,
    fields: [
      { name: 'outcome', label: own.outcome, kind: 'choice', options: outcomes, hint: own.outcomeHint },
      { name: 'txId', label: own.transaction, isOptional: true, hint: own.transactionHint },
      reasonField,
    ],
    sentence: ({ outcome }) => own.resolveSentence(`${amount} ${asset}`, address, outcome ?? ''),
    isDangerous: true,
  };
}
