/**
 * The one-time link that creates the first administrator. It is not stored: a start that finds no administrator issues
 * one, and it can be used once because from then on there is an administrator.
 */
import { firstLinkEnd } from '../../domain/operator/one-time-link.ts';
import type { Access } from './access.ts';

const prefix = 'bursar_first_';
const purpose = 'first administrator';

/** @returns undefined if there is an administrator. */
export async function issueFirstLink(access: Access): Promise<string | undefined> {
  if (await access.administrators.exist()) return undefined;
  return prefix + access.texts.issue(purpose, access.nowMs()).toString('base64url');
}

export function isFirstLink(access: Access, secret: string): boolean {
  if (!secret.startsWith(prefix)) return false;
  const nowMs = access.nowMs();
  const issuedMs = access.texts.timeOf(purpose, Buffer.from(secret.slice(prefix.length), 'base64url'));
  return issuedMs !== undefined && issuedMs <= nowMs && nowMs < firstLinkEnd(issuedMs);
}
