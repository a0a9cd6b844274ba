/** Searches all but movements and addresses: accounts, keys, notes, changes, reference data, operators. */
import { normaliseEmail } from '../../domain/email.ts';
import type { OperatorParts } from '../handler.ts';
import { emailsOf } from '../handlers/subject.ts';
import { accountHit, type Found, firstOf, hitOf, maxHits, nothing, one } from './hit.ts';

export async function findAccounts({ reads }: OperatorParts, text: string): Promise<readonly Found[]> {
  const email = normaliseEmail(text);
  const rows = await reads.accountsByPrefix(email, maxHits + 1);
  return [
    firstOf(rows, (row) =>
      accountHit(row.email, 'e-mail', { state: row.enabled ? null : 'disabled', time: row.createdAt }),
    ),
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

/** By id or name, whether they are still valid or not. */
export async function findTokens({ reads }: OperatorParts, text: string): Promise<readonly Found[]> {
  const byName = await reads.rows('operator_tokens', { name: text });
  const rows = byName.length > 0 ? byName : await reads.rows('operator_tokens', { id: text });
  const newest = rows.toSorted((one, other) => other.createdAt - one.createdAt);
  return [
    firstOf(newest.slice(0, maxHits + 1), ({ id, name, revokedAt, createdAt: time }) => {
      const state = revokedAt === null ? 'active' : 'revoked';
      const matched = byName.length > 0 ? 'name' : 'id';
      return hitOf('api-token', byName.length > 1 ? id : name, matched, '/tokens', { state, time });
    }),
  ];
}

export async function findNote({ reads }: OperatorParts, id: string): Promise<readonly Found[]> {
  const row = await reads.row('account_notes', { id });
  if (row === undefined) return [nothing];
  const account = (await emailsOf(reads, [row.accountId]))(row.accountId);
  const path = `/accounts/${encodeURIComponent(account)}/notes`;
  return [one(hitOf('note', id, 'id', path, { account, time: row.at }))];
}

export function findCodes({ catalog }: OperatorParts, text: string): readonly Found[] {
  const { assets, networks, symbols } = catalog();
  const known = (each: string) => assets.has(each) || networks.has(each) || symbols.has(each);
  const code = [text, text.toUpperCase()].find(known);
  if (code === undefined) return [nothing];
  const path = encodeURIComponent(code);
  return [
    assets.has(code) ? one(hitOf('asset', code, 'code', `/assets/${path}`, { asset: code })) : nothing,
    networks.has(code) ? one(hitOf('network', code, 'code', `/networks/${path}`)) : nothing,
    symbols.has(code) ? one(hitOf('symbol', code, 'code', '/symbols')) : nothing,
  ];
}
