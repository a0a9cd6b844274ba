/** Changes the list of IP addresses from which a key of a sub-account can be used, on behalf of its master. */
import { isRejection, type Rejection, reject } from '../../contract/errors.ts';
import type { Command } from '../../store/port.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import { canonicalRanges, type Ranges } from './ip-allow-list.ts';
import {
  readSubAccountKey,
  type SubAccountKeyError,
  type SubAccountKeyOrder,
  subAccountKeyLookups,
} from './sub-account-key.ts';

/** The list has at most this many entries, as when an operator creates the key. */
const maxEntries = 100;

export type KeyRestriction = SubAccountKeyOrder & {
  /** `lift`: the key can be used from any address. Ranges are addresses or CIDR ranges in any notation. */
  readonly change: { readonly kind: 'lift' } | { readonly kind: 'add' | 'remove'; readonly ranges: Ranges };
};

/** An empty list: any address. */
export type KeyRestricted = { readonly ipAllowList: Ranges; readonly updatedAtMs: number };

type ListError = 'ip-range-invalid' | 'ip-range-last' | 'ip-list-empty' | 'ip-list-full';

export const restrictSubAccountKey: Command<KeyRestriction, KeyRestricted, SubAccountKeyError | ListError> = {
  name: 'sub-account-key-restrict',
  prefetch: [subAccountKeyLookups],
  decide(order, rows, context) {
    const found = readSubAccountKey(order, rows);
    if (isRejection(found)) return found;
    const { key, sub, operator } = found;
    const ipAllowList = changedList(key.ipAllowList, order.change);
    if (isRejection(ipAllowList)) return ipAllowList;
    if (ipAllowList.join() === key.ipAllowList.join()) {
      return { reply: { ipAllowList, updatedAtMs: key.updatedAt }, writes: [] };
    }
    const { apiKey } = key;
    const updatedAt = context.nowMs;
    const work = new UnitOfWork(rows, context);
    work.write({ update: 'api_keys', key: { apiKey }, set: { ipAllowList, updatedAt } });
    const details = { apiKey, from: key.ipAllowList, to: ipAllowList };
    work.audit(operator, 'api-key-restrict', sub.email, details);
    return work.reply({ ipAllowList, updatedAtMs: updatedAt });
  },
};

function changedList(current: Ranges, change: KeyRestriction['change']): Ranges | Rejection<ListError> {
  if (change.kind === 'lift') return [];
  const ranges = canonicalRanges(change.ranges);
  if (isRejection(ranges)) return ranges;
  return change.kind === 'add' ? withRanges(current, ranges) : withoutRanges(current, ranges);
}

function withRanges(current: Ranges, added: Ranges): Ranges | Rejection<ListError> {
  const list = [...new Set([...current, ...added])];
  if (list.length === 0) return reject('ip-list-empty');
  return list.length > maxEntries ? reject('ip-list-full', { maximum: maxEntries }) : list;
}

/** Ranges that the list does not have are no error, so that a client can repeat a request whose outcome it missed. */
function withoutRanges(current: Ranges, removed: Ranges): Ranges | Rejection<ListError> {
  const list = current.filter((range) => !removed.includes(range));
  return list.length === 0 && current.length > 0 ? reject('ip-range-last') : list;
}
