/** Actions on a withdrawal. */
import { type Action, optionalReasonField } from '../parts/action.ts';
import { text } from '../texts.ts';
import { claimActions } from './claim-actions.ts';
import type { Withdrawal } from './withdrawal-data.ts';

type Decision = 'confirm' | 'approve' | 'reject' | 'cancel' | 'resend' | 'fail';

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
  queued: ['fail'],
};
/** On simulated networks. */
const possibleBySimulation: typeof possible = { broadcast: ['resend', 'fail'] };

export function actionsOf(withdrawal: Withdrawal): readonly Action[] {
  const { id, email, amount, asset, address, stage, connector } = withdrawal;
  const much = `${amount} ${asset}`;
  const who = email ?? text.common.noCustomer;
  const sentences: Readonly<Record<Decision, string>> = {
    confirm: own.confirmSentence(much, who),
    approve: own.approveSentence(much, address),
    reject: own.rejectSentence(much, who),
    cancel: own.cancelSentence(much, who),
    resend: own.resendSentence(much),
    fail: stage === 'queued' ? own.failQueuedSentence(much, who) : own.failSentence(much, who),
  };
  const isManual = connector === 'manual';
  const decisions = [...(possible[stage] ?? []), ...((!isManual && possibleBySimulation[stage]) || [])];
  const decided = decisions.map(
    (decision): Action => ({
      label: own[decision],
      permission: permissions[decision],
      method: 'POST',
      path: `/withdrawals/${id}/${decision}`,
      fields: [optionalReasonField],
      sentence: () => sentences[decision],
      isDangerous: decision === 'reject' || decision === 'fail' || decision === 'cancel',
    }),
  );
  return [...(isManual ? claimActions(withdrawal) : []), ...decided];
}
