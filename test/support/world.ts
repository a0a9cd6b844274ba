/**
 * The builder of test worlds: makes the content of a plan by operator commands, on a running server or on a store
 * alone. Existing items stay as they are.
 */
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { ApiKeyCreation } from '../../src/command/account/api-key-create.ts';
import { type Commands, commands as registry } from '../../src/command/registry.ts';
import { permissions } from '../../src/contract/permission.ts';
import { randomText } from '../../src/runtime/secrets.ts';
import type { Server } from '../../src/runtime/server.ts';
import type { Outcome, Store } from '../../src/store/port.ts';
import {
  type AccountDetails,
  type AccountPlan,
  type Credentials,
  decimal,
  type KeyPlan,
  operator,
  type WorldPlan,
} from './world-plan.ts';

/** The place in which a world is built. Without a `secretBox` its accounts have no keys. */
export type Site = Pick<Server, 'commands' | 'reads'> & Partial<Pick<Server, 'secretBox'>>;
type SiteWithKeys = Pick<Server, 'commands' | 'secretBox'>;

export type Customer = Credentials & { readonly email: string; readonly accountId: number };

/** @returns the accounts by the names of the plan. */
export async function buildWorld<N extends string>(
  site: Site,
  plan: WorldPlan<N>,
): Promise<Readonly<Record<N, Customer>>> {
  for (const each of plan.assets) await buildAsset(site, each);
  for (const symbol of plan.symbols ?? [])
    await done(site.commands.submit('putSymbol', { operator, symbol }));
  if (plan.settings) await buildSettings(site, plan.settings);
  const customers: Record<string, Customer> = {};
  for (const [name, { master, ...account }] of Object.entries<AccountPlan>(plan.accounts)) {
    const masterEmail = master === undefined ? undefined : customers[master]?.email;
    customers[name] = await buildAccount(site, name, masterEmail, account);
  }
  return customers as Record<N, Customer>;
}

async function buildAsset(
  { commands, reads }: Site,
  [asset, price]: WorldPlan['assets'][number],
): Promise<void> {
  if ((await reads.row('assets', { asset: asset.asset })) !== undefined) return;
  await done(commands.submit('putAsset', { operator, asset }));
  if (price === null) return;
  await done(commands.submit('putPrice', { operator, asset: asset.asset, price: decimal(price) }));
}

async function buildSettings(
  { commands, reads }: Site,
  settings: NonNullable<WorldPlan['settings']>,
): Promise<void> {
  const known = new Set((await reads.rows('settings', {})).map(({ name }) => name));
  if (Object.keys(settings).every((name) => known.has(name))) return;
  await done(commands.submit('putSettings', { operator, settings }));
}

async function buildAccount(
  site: Site,
  name: string,
  masterEmail: string | undefined,
  { email = emailOf(name), balances = [], addresses = [], key = {}, change, ...details }: AccountPlan,
): Promise<Customer> {
  const { commands, reads, secretBox } = site;
  const opening = { operator, email, masterEmail, ...details };
  const known = await reads.row('accounts', { email });
  const accountId = known?.id ?? (await done(commands.submit('openAccount', opening))).id;
  for (const each of balances) {
    const [asset = ''] = each.split(' ');
    const balance = await reads.row('balances', { accountId, asset });
    if (balance === undefined) await credit(site, email, each);
  }
  for (const { addressTag = '', asset, network, address } of addresses) {
    const proposed = { address, addressTag };
    await done(commands.submit('issueDepositAddress', { accountId, asset, network, proposed }));
  }
  const wanted = { ...keyOf(name), ...key };
  if (secretBox && key !== null && (await reads.row('api_keys', { apiKey: wanted.apiKey })) === undefined)
    await createKey({ commands, secretBox }, email, wanted);
  if (change) await done(commands.submit('updateAccount', { operator, email, ...change }));
  return { email, accountId, apiKey: wanted.apiKey, secretKey: wanted.secretKey };
}

/** The e-mail of an account of a plan, unless the plan gives another. */
export const emailOf = (name: string) => `${name}@example.com`;

/** The key of an account of a plan: the same in every process. */
export const keyOf = (name: string): Credentials => ({
  apiKey: `KeyOf${name}`.padEnd(64, 'k'),
  secretKey: `SecretOf${name}`.padEnd(64, 's'),
});

/** A store as a site; each command is a commit. */
export function siteOn(store: Store): Site {
  const submit: Commands['submit'] = async (name, input) => {
    const [outcome] = await store.execute([{ command: registry[name], input }]);
    return outcome as never;
  };
  return { commands: { submit }, reads: store.reads };
}

/** The reply of a command that must succeed. */
export async function done<R>(outcome: Promise<Outcome<R>>): Promise<R> {
  const settled = await outcome;
  assert.ok('done' in settled, inspect(settled));
  return settled.done;
}

/** Opens an account and issues a random key for it. */
export async function openCustomer(
  site: SiteWithKeys,
  email: string,
  details: AccountDetails = {},
  key: KeyPlan = {},
): Promise<Customer> {
  const { id } = await done(site.commands.submit('openAccount', { operator, email, ...details }));
  return { email, accountId: id, ...(await createKey(site, email, key)) };
}

export async function createKey(
  { commands, secretBox }: SiteWithKeys,
  email: string,
  key: KeyPlan = {},
): Promise<Credentials> {
  const { apiKey = randomText(64), secretKey = randomText(64), ...limits } = key;
  const creation: ApiKeyCreation = {
    operator,
    email,
    apiKey,
    encryptedSecret: secretBox.encrypt(secretKey),
    permissions,
    ipAllowList: [],
    expiresAtMs: null,
    demo: false,
    ...limits,
  };
  await done(commands.submit('createApiKey', creation));
  return { apiKey, secretKey };
}

/** Credits an account with amounts such as `ETH 1.5`. */
export async function credit(
  { commands }: Pick<Server, 'commands'>,
  email: string,
  ...amounts: readonly string[]
): Promise<void> {
  for (const each of amounts) {
    const [asset = '', amount = ''] = each.split(' ');
    const adjustment = { operator, email, asset, amount: decimal(amount), direction: 'credit' } as const;
    await done(commands.submit('adjustBalance', adjustment));
  }
}
