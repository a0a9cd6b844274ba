/** The texts of errors about approvals, approval policies and proposed changes. */
import type { DetailsOf } from './errors.ts';

export function describeRuleProblem(
  index: number,
  problem: DetailsOf<'approval-rule-invalid'>['problem'],
): string {
  const rule = `rules[${index}]`;
  switch (problem.kind) {
    case 'name-used':
      return `${rule}.name: '${problem.name}' is the name of an earlier rule.`;
    case 'asset-unknown':
      return `${rule}.assets: asset ${problem.asset} does not exist.`;
    case 'value-superfluous':
      return `changes[${index}].aboveUsd: a change of kind ${problem.change} has no value in USD.`;
    case 'approvers-missing':
      return `${rule}.approvers: is required by the decision approve.`;
    case 'approvers-superfluous':
      return `${rule}: approvers and role are allowed only with the decision approve.`;
  }
}

const howToConfirm = 'An administrator can confirm your access with a new one-time link.';

export const proposalRefusals: Readonly<
  Record<DetailsOf<'proposal-refused'>['why'], (id: string, role: string | null) => string>
> = {
  proposer: (id) => `You proposed change ${id}; another person must approve it.`,
  'not-a-person': (id) =>
    `Change ${id} needs two people who have signed in; a token cannot stand for one of them.`,
  'role-missing': (id, role) => `Change ${id} must be approved by somebody with the role ${role}.`,
  unconfirmed: (id) =>
    `The bootstrap token opened your access in the last seven days, so you cannot approve change ${id}. ${howToConfirm}`,
  'access-changed': (id) =>
    `Your session, token or roles changed while you approved change ${id}; nothing was changed. Sign in again.`,
  'proposer-not-allowed': (id) =>
    `The proposer of change ${id} may no longer make such changes: the operator is disabled or has other roles, or the API token is revoked or has expired. Reject it.`,
  'change-empty': (id) => `Change ${id} would change nothing; reject it.`,
};

export const approvalRefusals: Readonly<
  Record<DetailsOf<'approval-refused'>['why'], (id: string, role: string | null) => string>
> = {
  'approved-already': (id) => `You have already approved withdrawal ${id}; another person must.`,
  'created-key': (id) =>
    `You created the API key that signed withdrawal ${id}; another person must approve it.`,
  'returned-deposit': (id) =>
    `You returned the deposit that withdrawal ${id} sends back; another person must approve it.`,
  'edited-entry': (id) =>
    `You edited the address book entry that withdrawal ${id} uses; another person must approve it.`,
  'role-missing': (id, role) => `Withdrawal ${id} must be approved by somebody with the role ${role}.`,
  'not-a-person': (id) =>
    `Withdrawal ${id} needs several people who have signed in; a token cannot stand for one.`,
  unconfirmed: (id) =>
    `The bootstrap token opened your access in the last seven days, so you cannot be one of several people who approve withdrawal ${id}. ${howToConfirm}`,
  'access-changed': (id) =>
    `Your session, token or roles changed while you approved withdrawal ${id}; it was not approved. Sign in again.`,
};
