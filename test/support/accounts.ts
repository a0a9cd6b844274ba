/** Accounts with API keys on a running server, created by operator commands. */
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { AccountOpening } from '../../src/command/account/account-open.ts';
import type { ApiKeyCreation } from '../../src/command/account/api-key-create.ts';
import { permissions } from '../../src/contract/permission.ts';
import { randomText } from '../../src/runtime/secrets.ts';
import type { Server } from '../../src/runtime/server.ts';
import type { Outcome } from '../../src/store/port.ts';
import { decimal, operator } from './command-world.ts';
import type { Credentials } from './exchange.ts';

export type Customer = Credentials & { readonly email: string; readonly accountId: number };
export type KeyOptions = Partial<
  Pick<ApiKeyCreation, 'permissions' | 'ipAllowList' | 'expiresAtMs' | 'apiKey'> & { secretKey: string }
>;

/** The reply of a command that must succeed. */
export async function done<R>(outcome: Promise<Outcome<R>>): Promise<R> {
  const settled = await outcome;
  assert.ok('done' in settled, inspect(settled));
  return settled.done;
}

/** Opens an account and issues a key for it. */
export async function openCustomer(
  server: Server,
  email: string,
  opening: Omit<AccountOpening, 'operator' | 'email'> = {},
  key: KeyOptions = {},
): Promise<Customer> {
  const { id } = await done(server.commands.submit('openAccount', { operator, email, ...opening }));
  return { email, accountId: id, ...(await createKey(server, email, key)) };
}

export async function createKey(server: Server, email: string, key: KeyOptions = {}): Promise<Credentials> {
  const { apiKey = randomText(64), secretKey = randomText(64), ...limits } = key;
  const creation: ApiKeyCreation = {
    operator,
    email,
    apiKey,
    encryptedSecret: server.secretBox.encrypt(secretKey),
    permissions,
    ipAllowList: [],
    expiresAtMs: null,
    demo: false,
    ...limits,
  };
  await done(server.commands.submit('createApiKey', creation));
  return { apiKey, secretKey };
}

/** Credits an account with amounts such as `ETH 1.5`. */
export async function credit(server: Server, email: string, ...amounts: readonly string[]): Promise<void> {
  for (const each of amounts) {
    const [asset = '', amount = ''] = each.split(' ');
    const adjustment = { operator, email, asset, amount: decimal(amount), direction: 'credit' } as const;
    await done(server.commands.submit('adjustBalance', adjustment));
  }
}
