/**
 * The lookups of commands about operators and their access. Each uses the primary key or another index; a comment names
 * an index that is not obvious.
 */
import type { Lookup } from './port.ts';

export const operatorById = (id: string): Lookup<'operators'> => ({ table: 'operators', where: { id } });
export const operatorSessionById = (id: string): Lookup<'operator_sessions'> => ({
  table: 'operator_sessions',
  where: { id },
});
export const operatorTokenById = (id: string): Lookup<'operator_tokens'> => ({
  table: 'operator_tokens',
  where: { id },
});
/** Reads the whole table, which has few rows. */
export const everyOperator: Lookup<'operators'> = { table: 'operators', where: {} };
export const operatorNamed = (name: string): Lookup<'operators'> => ({ table: 'operators', where: { name } });
/** operator_sessions_by_operator */
export const sessionsOfOperator = (operatorId: string): Lookup<'operator_sessions'> => ({
  table: 'operator_sessions',
  where: { operatorId },
});
export const passkeyOf = (credentialId: string): Lookup<'operator_passkeys'> => ({
  table: 'operator_passkeys',
  where: { credentialId },
});
/** operator_passkeys_by_operator */
export const passkeysOfOperator = (operatorId: string): Lookup<'operator_passkeys'> => ({
  table: 'operator_passkeys',
  where: { operatorId },
});
export const linkOfOperator = (operatorId: string): Lookup<'operator_links'> => ({
  table: 'operator_links',
  where: { operatorId },
});
export const linkWithSecret = (secretHash: string): Lookup<'operator_links'> => ({
  table: 'operator_links',
  where: { secretHash },
});
/** operator_tokens_named */
export const operatorTokensNamed = (name: string): Lookup<'operator_tokens'> => ({
  table: 'operator_tokens',
  where: { name },
});
