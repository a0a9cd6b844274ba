/** Creates a key for a sub-account, on behalf of its master. It cannot withdraw. */
import { isRejection } from '../../contract/errors.ts';
import type { Permission } from '../../contract/permission.ts';
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

type CreationError = SubAccountError | 'ip-range-invalid';

export const createSubAccountKey: Command<SubAccountKeyCreation, ApiKeyCreated, CreationError> = {
  name: 'sub-account-key-create',
  prefetch: [subAccountLookups],
  decide({ masterId, email, ...key }, rows, context) {
    const family = readSubAccount({ masterId, email }, rows);
    if (isRejection(family)) return family;
    const ipAllowList = canonicalRanges(key.ipAllowList);
    if (isRejection(ipAllowList)) return ipAllowList;
    const work = new UnitOfWork(rows, context);
    const made = { ...key, ipAllowList, expiresAtMs: null, demo: false };
    return addKey(family.sub, made, family.operator, work, context);
  },
};
