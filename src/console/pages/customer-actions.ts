/** Actions on a customer. */
import { permissions } from '../../contract/permission.ts';
import { go } from '../kit/route.ts';
import { type Action, optionalReasonField, reasonField } from '../parts/action.ts';
import { customerPath } from '../parts/cells.ts';
import { listOf } from '../parts/lists.ts';
import { oneTimeSecrets } from '../parts/secret.ts';
import { text } from '../texts.ts';
import { type AccountPage, accountPath } from './customer-data.ts';

const own = text.customers;

export const openAccount: Action = {
  label: own.openAccount,
  permission: 'change-accounts',
  method: 'POST',
  path: '/accounts',
  fields: [
    { name: 'email', label: own.email },
    { name: 'master', label: own.master, isOptional: true, hint: own.masterHint },
    optionalReasonField,
  ],
  sentence: ({ email, master = '' }) => own.openAccountSentence(email || '…', master),
  isIdempotent: true,
  result: ({ email }: { readonly email: string }) => {
    go(customerPath(email));
    return undefined;
  },
};

export function stateActions({ email, enabled, lockedUntil }: AccountPage): readonly Action[] {
  const path = accountPath(email);
  const freeze: Action = {
    label: enabled ? own.freeze : own.unfreeze,
    permission: 'change-accounts',
    method: 'PATCH',
    path,
    fields: [optionalReasonField],
    body: ({ reason }) => ({ enabled: !enabled, ...(reason && { reason }) }),
    sentence: () => (enabled ? own.freezeSentence(email) : own.unfreezeSentence(email)),
    isDangerous: enabled,
  };
  const lock: Action = {
    label: lockedUntil === null ? own.lock : own.unlock,
    permission: 'change-accounts',
    method: 'PUT',
    path: `${path}/trading-lock`,
    fields: [
      ...(lockedUntil === null
        ? [{ name: 'minutes', label: own.minutes, kind: 'number', value: '5' } as const]
        : []),
      optionalReasonField,
    ],
    body: ({ minutes, reason }) => ({
      locked: lockedUntil === null,
      ...(minutes && { recoverAfterMs: Number(minutes) * 60_000 }),
      ...(reason && { reason }),
    }),
    sentence: () => (lockedUntil === null ? own.lockSentence(email) : own.unlockSentence(email)),
  };
  return [freeze, lock];
}

/** Changes the limits that withdrawals of the customer must observe. */
export function limitsAction({ email, quota, whitelistOnly }: AccountPage): Action {
  return {
    label: own.changeLimits,
    permission: 'change-accounts',
    method: 'PATCH',
    path: accountPath(email),
    fields: [
      {
        name: 'withdrawQuotaUsd',
        label: own.quotaUsd,
        kind: 'number',
        value: quota.limitUsd ?? '',
        hint: own.quotaHint,
        isOptional: true,
      },
      {
        name: 'whitelistOnly',
        label: own.whitelistOnlyLabel,
        kind: 'yes-no',
        value: String(whitelistOnly),
        hint: own.whitelistHint,
      },
      optionalReasonField,
    ],
    body: ({ withdrawQuotaUsd, whitelistOnly: isOnly, reason }) => ({
      withdrawQuotaUsd: withdrawQuotaUsd || null,
      whitelistOnly: isOnly === 'true',
      ...(reason && { reason }),
    }),
    sentence: ({ withdrawQuotaUsd, whitelistOnly: isOnly }) =>
      own.limitsSentence(email, withdrawQuotaUsd ?? '', isOnly === 'true'),
    proposal: { operation: 'updateAccount', path: { email } },
  };
}

export function bookingActions({ email, balances }: AccountPage): readonly Action[] {
  const booking = (verb: 'credit' | 'debit'): Action => ({
    label: own[verb],
    permission: 'book-money',
    method: 'POST',
    path: `${accountPath(email)}/${verb}`,
    fields: [
      { name: 'asset', label: text.common.asset, value: balances[0]?.asset ?? '' },
      { name: 'amount', label: text.common.amount, kind: 'number' },
      { name: 'network', label: text.common.network, isOptional: true, hint: own.networkHint },
      reasonField,
    ],
    sentence: ({ amount, asset }) => own.bookSentence(own[verb], `${amount || '…'} ${asset || ''}`, email),
    proposal: { operation: `${verb}Account`, path: { email } },
    isDangerous: verb === 'debit',
    isIdempotent: true,
  });
  return [booking('credit'), booking('debit')];
}

export function tagsAction({ email, tags }: AccountPage): Action {
  return {
    label: own.changeTags,
    permission: 'change-policies',
    method: 'PUT',
    path: `${accountPath(email)}/tags`,
    fields: [
      { name: 'tags', label: own.tags, value: tags.join(', '), hint: own.tagsHint, isOptional: true },
      optionalReasonField,
    ],
    body: ({ tags: words = '', reason }) => ({ tags: listOf(words), ...(reason && { reason }) }),
    sentence: () => own.tagsSentence,
    proposal: { operation: 'putAccountTags', path: { email } },
  };
}

export function noteAction({ email }: AccountPage): Action {
  return {
    label: own.addNote,
    permission: 'write-notes',
    method: 'POST',
    path: `${accountPath(email)}/notes`,
    fields: [{ name: 'text', label: own.note, kind: 'long' }],
    sentence: () => own.noteSentence,
  };
}

export function accessActions({ email }: AccountPage): readonly Action[] {
  const create: Action = {
    label: own.createKey,
    permission: 'change-access',
    method: 'POST',
    path: `${accountPath(email)}/api-keys`,
    fields: [
      {
        name: 'permissions',
        label: own.permissions,
        kind: 'several',
        options: permissions,
        value: permissions[0] ?? '',
      },
      { name: 'ipAllowList', label: own.ipAllowList, isOptional: true, hint: own.ipHint },
      optionalReasonField,
    ],
    body: ({ permissions: chosen = '', ipAllowList = '', reason }) => ({
      permissions: listOf(chosen),
      ipAllowList: listOf(ipAllowList),
      ...(reason && { reason }),
    }),
    sentence: () => own.createKeySentence(email),
    isIdempotent: true,
    result: ({ apiKey, secretKey }: { apiKey: string; secretKey?: string }) =>
      oneTimeSecrets([[own.key, apiKey], ...(secretKey ? [[own.secret, secretKey] as const] : [])]),
  };
  return [create];
}

export function revokeKey(email: string, apiKey: string): Action {
  return {
    label: own.revoke,
    permission: 'change-access',
    method: 'DELETE',
    path: `${accountPath(email)}/api-keys/${encodeURIComponent(apiKey)}`,
    body: null,
    sentence: () => own.revokeSentence(apiKey, email),
    isDangerous: true,
  };
}
