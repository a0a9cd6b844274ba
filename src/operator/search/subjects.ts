/** Searches what is not a movement: accounts, their addresses and keys, proposed changes, reference data, operators. */
import { readAddress } from '../../domain/address/address.ts';
import { normaliseEmail } from '../../domain/email.ts';
import type { OperatorParts } from '../handler.ts';
import { emailsOf } from '../handlers/subject.ts';
import { accountHit, type Found, firstOf, type Hit, hitOf, maxHits, nothing } from './hit.ts';

export async function findAccounts({ reads }: OperatorParts, text: string): Promise<readonly Found[]> {
  const email = normaliseEmail(text);
  const rows = await reads.accountsByPrefix(email, maxHits + 1);
  return [
    firstOf(rows, (row) =>
      accountHit(row.email, 'e-mail', { state: row.enabled ? null : 'disabled', time: row.createdAt }),
    ),
  ];
}

/** Addresses at which customers receive deposits, whatever their spelling. */
export async function findDepositAddresses(parts: OperatorParts, text: string): Promise<readonly Found[]> {
  const { reads, catalog } = parts;
  const places = new Map<string, { group: string; key: string }>();
  for (const rules of catalog().networks.values()) {
    const key = readAddress(rules, text)?.key;
    const group = rules.addressGroup;
    if (key !== undefined) places.set(`${group} ${key}`, { group, key });
  }
  const rows = (
    await Promise.all(
      [...places.values()].map(({ group, key }) => reads.depositAddressesAt(group, key, maxHits + 1)),
    )
  ).flat();
  const emailOf = await emailsOf(
    reads,
    rows.map(({ accountId }) => accountId),
  );
  return [
    firstOf(rows, ({ address, addressTag, accountId, retiredAt, createdAt: time }) => {
      const account = emailOf(accountId);
      const id = addressTag === '' ? address : `${address} (${addressTag})`;
      const path = `/accounts/${encodeURIComponent(account)}/deposit-addresses`;
      const state = retiredAt === null ? 'active' : 'retired';
      return hitOf('deposit-address', id, 'address', path, { account, state, time });
    }),
  ];
}

export async function findApiKey({ reads }: OperatorParts, apiKey: string): Promise<readonly Found[]> {
  const row = await reads.row('api_keys', { apiKey });
  if (row === undefined) return [nothing];
  const account = (await emailsOf(reads, [row.accountId]))(row.accountId);
  const path = `/accounts/${encodeURIComponent(account)}/api-keys`;
  return [one(hitOf('api-key', apiKey, 'id', path, { account, time: row.createdAt }))];
}

export async function findChange({ reads }: OperatorParts, id: string): Promise<readonly Found[]> {
  const row = await reads.row('pending_changes', { id });
  if (row === undefined) return [nothing];
  const { state, proposedAt: time } = row;
  return [one(hitOf('change', id, 'id', `/changes/${id}`, { state, time }))];
}

export async function findDividend({ reads }: OperatorParts, tranId: number): Promise<readonly Found[]> {
  const row = await reads.row('dividends', { tranId });
  if (row === undefined || row.state === 'preparing') return [nothing];
  const { asset, state, at: time } = row;
  const id = String(tranId);
  return [one(hitOf('dividend', id, 'number', `/dividends/${id}`, { asset, state, time }))];
}

export async function findOperator({ reads }: OperatorParts, text: string): Promise<readonly Found[]> {
  const byName = await reads.row('operators', { name: text });
  const row = byName ?? (await reads.row('operators', { id: text }));
  if (row === undefined) return [nothing];
  const path = `/audit?actor=${encodeURIComponent(`operator:${row.name}`)}`;
  const { state, createdAt: time } = row;
  return [one(hitOf('operator', row.name, byName === undefined ? 'id' : 'name', path, { state, time }))];
}

export function findCodes({ catalog }: OperatorParts, text: string): readonly Found[] {
  const { assets, networks } = catalog();
  const code = [text, text.toUpperCase()].find((each) => assets.has(each) || networks.has(each));
  if (code === undefined) return [nothing];
  const path = encodeURIComponent(code);
  return [
    assets.has(code) ? one(hitOf('asset', code, 'code', `/assets/${path}`, { asset: code })) : nothing,
    networks.has(code) ? one(hitOf('network', code, 'code', `/networks/${path}`)) : nothing,
  ];
}

const one = (hit: Hit): Found => ({ hits: [hit], hasMore: false });
