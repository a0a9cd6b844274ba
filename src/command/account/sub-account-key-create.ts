/** Creates a key for a sub-account, on behalf of its master. It cannot withdraw. */
import { isRejection, reject } from '../../contract/errors.ts';
import type { Permission } from '../../contract/permission.ts';
import { normaliseEmail } from '../../domain/email.ts';
import { accountByEmail, keysOfSubAccount, maxKeysOfSubAccount } from '../../store/lookups.ts';
import type { Command } from '../../store/port.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import { type ApiKeyCreated, addKey, type Credential } from './api-key-create.ts';
import { canonicalRanges, type Ranges } from './ip-allow-list.ts';
import {
  readSubAccount,
  type SubAccountError,
  type SubAccountKeyOrder,
  subAccountLookups,
} from './sub-account-key.ts';

export type SubAccountKeyCreation = SubAccountKeyOrder &
  Credential & {
    readonly name: string;
    readonly permissions: readonly Exclude<Permission, 'withdrawals'>[];
    /** Addresses and CIDR ranges in any notation; empty: any address. */
    readonly ipAllowList: Ranges;
  };

type CreationError = SubAccountError | 'ip-range-invalid' | 'api-keys-full';

export const createSubAccountKey: Command<SubAccountKeyCreation, ApiKeyCreated, CreationError> = {
  name: 'sub-account-key-create',
  // Two at a time must not exceed the maximum.
  needsLatest: true,
  changesLatest: true,
  prefetch: [
    subAccountLookups,
    ({ email }, rows) => {
      const sub = rows.one(accountByEmail(normaliseEmail(email)));
      return sub === undefined ? [] : [keysOfSubAccount(sub.id)];
    },
  ],
  decide({ masterId, email, ...key }, rows, context) {
    const family = readSubAccount({ masterId, email }, rows);
    if (isRejection(family)) return family;
    const ipAllowList = canonicalRanges(key.ipAllowList);
    if (isRejection(ipAllowList)) return ipAllowList;
    if (rows.all(keysOfSubAccount(family.sub.id)).length >= maxKeysOfSubAccount)
      return reject('api-keys-full', { maximum: maxKeysOfSubAccount });
    const work = new UnitOfWork(rows, context);
    const made = { ...key, ipAllowList, expiresAtMs: null, demo: false };
    return addKey(family.sub, made, family.operator, work, context);
  },
};
