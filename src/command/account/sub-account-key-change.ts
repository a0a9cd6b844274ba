/** Changes the permissions of a key of a sub-account, or revokes it, on behalf of its master. */
import { isRejection } from '../../contract/errors.ts';
import { type Permission, permissions } from '../../contract/permission.ts';
import type { Command } from '../../store/port.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import {
  readSubAccountKey,
  type SubAccountKeyError,
  type SubAccountKeyOrder,
  subAccountKeyLookups,
} from './sub-account-key.ts';

export type KeyPermissions = SubAccountKeyOrder & {
  /** Permissions that are not named stay as they are. */
  readonly granted: { readonly [P in 'trading' | 'universal-transfers']?: boolean | undefined };
};

export type KeyPermitted = {
  readonly name: string;
  readonly permissions: readonly Permission[];
  readonly updatedAtMs: number;
};

export const permitSubAccountKey: Command<KeyPermissions, KeyPermitted, SubAccountKeyError> = {
  name: 'sub-account-key-permit',
  prefetch: [subAccountKeyLookups],
  decide(order, rows, context) {
    const found = readSubAccountKey(order, rows);
    if (isRejection(found)) return found;
    const { key, sub, operator } = found;
    const granted: Readonly<Partial<Record<Permission, boolean | undefined>>> = order.granted;
    const allowed = permissions.filter((each) => granted[each] ?? key.permissions.includes(each));
    const { apiKey, name } = key;
    const updatedAt = context.nowMs;
    const work = new UnitOfWork(rows, context);
    work.write({ update: 'api_keys', key: { apiKey }, set: { permissions: allowed, updatedAt } });
    const details = { apiKey, from: key.permissions, to: allowed };
    work.audit(operator, 'api-key-permit', sub.email, details);
    return work.reply({ name, permissions: allowed, updatedAtMs: updatedAt });
  },
};

export const revokeSubAccountKey: Command<SubAccountKeyOrder, object, SubAccountKeyError> = {
  name: 'sub-account-key-revoke',
  prefetch: [subAccountKeyLookups],
  decide(order, rows, context) {
    const found = readSubAccountKey(order, rows);
    if (isRejection(found)) return found;
    const { apiKey } = found.key;
    const work = new UnitOfWork(rows, context);
    work.write({ delete: 'api_keys', key: { apiKey } });
    work.audit(found.operator, 'api-key-revoke', found.sub.email, { apiKey });
    return work.reply({});
  },
};
