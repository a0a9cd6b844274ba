/**
 * The demo world: accounts with known keys, assets, balances and a few rows of every history, created by the same
 * commands that everybody uses.
 *
 * Seeding starts in an empty database only. Every step checks what exists, so a start after a crash resumes where the
 * last one stopped and yields the same world; a complete world is never changed again. Only the process that holds the
 * lease seeds, and its listeners start afterwards.
 */
import { demoWorldSetting } from '../command/settings/demo-world-record.ts';
import { permissions } from '../contract/permission.ts';
import type { Reads } from '../store/reads.ts';
import { type DemoAccount, demoMaster, demoSubAccounts } from './demo-accounts.ts';
import { demoAssets, demoNetworks, demoPrices, demoSymbols } from './demo-assets.ts';
import { fundAccounts } from './demo-funds.ts';
import { makeHistory } from './demo-history.ts';
import { type DemoParts, demoDecimal, demoOperator as operator, submitDemo, together } from './demo-parts.ts';

/**
 * `seeded`: started or completed by this call; `unchanged`: it was complete; `refused`: the database has other content.
 */
export type DemoSeeding = 'seeded' | 'unchanged' | 'refused';

export async function seedDemoWorld(parts: DemoParts): Promise<DemoSeeding> {
  const record = await parts.reads.row('settings', { name: demoWorldSetting });
  if (record?.value === 'complete') return 'unchanged';
  if (record === undefined) {
    if (!(await isEmpty(parts.reads))) return 'refused';
    await submitDemo(parts, 'recordDemoWorld', { operator, state: 'seeding' });
  }
  await defineReference(parts);
  await openAccounts(parts);
  await fundAccounts(parts);
  await makeHistory(parts);
  await submitDemo(parts, 'recordDemoWorld', { operator, state: 'complete' });
  return 'seeded';
}

/** Whether the database contains a demo key, also one of a disabled account: then a production start is refused. */
export async function hasDemoKeys(reads: Reads): Promise<boolean> {
  return (await reads.row('api_keys', { demo: true })) !== undefined;
}

/**
 * Whether the database has content, but not that of a demo world: it may be one of production. Another process may be
 * creating the demo world: it records that before it adds content, so the content is read first.
 */
export async function hasOtherContent(reads: Pick<Reads, 'row'>): Promise<boolean> {
  if (await isEmpty(reads)) return false;
  return (await reads.row('settings', { name: demoWorldSetting })) === undefined;
}

async function isEmpty(reads: Pick<Reads, 'row'>): Promise<boolean> {
  const found = await Promise.all([
    reads.row('assets', {}),
    reads.row('networks', {}),
    reads.row('accounts', {}),
    // An administrator without other data means that somebody is preparing production.
    reads.row('operators', {}),
  ]);
  return found.every((row) => row === undefined);
}

async function defineReference(parts: DemoParts): Promise<void> {
  const { reads } = parts;
  const networks = new Set((await reads.rows('networks', {})).map((row) => row.network));
  await together(
    demoNetworks
      .filter(({ network }) => !networks.has(network))
      .map(({ network, ...change }) => submitDemo(parts, 'putNetwork', { operator, network, change })),
  );
  const assets = new Set((await reads.rows('assets', {})).map((row) => row.asset));
  const missing = demoAssets.filter(({ asset }) => !assets.has(asset));
  await together(missing.map((asset) => submitDemo(parts, 'putAsset', { operator, asset })));
  const priced = new Set((await reads.rows('prices', {})).map((row) => row.asset));
  const symbols = new Set((await reads.rows('symbols', {})).map((row) => row.symbol));
  await together([
    ...Object.entries(demoPrices)
      .filter(([asset]) => !priced.has(asset))
      .map(([asset, price]) => submitDemo(parts, 'putPrice', { operator, asset, price: demoDecimal(price) })),
    ...demoSymbols
      .filter(({ symbol }) => !symbols.has(symbol))
      .map((symbol) => submitDemo(parts, 'putSymbol', { operator, symbol })),
  ]);
}

async function openAccounts(parts: DemoParts): Promise<void> {
  const { reads } = parts;
  const opened = new Set((await reads.rows('accounts', {})).map((row) => row.email));
  const keys = new Set((await reads.rows('api_keys', {})).map((row) => row.apiKey));
  const accounts = [demoMaster, ...demoSubAccounts];
  // Commands that are submitted together are executed in their order, so an account is there before its key.
  await together([
    ...accounts.filter(({ email }) => !opened.has(email)).map((account) => openAccount(parts, account)),
    ...accounts.filter(({ apiKey }) => !keys.has(apiKey)).map((account) => createKey(parts, account)),
  ]);
}

function openAccount(parts: DemoParts, account: DemoAccount): Promise<unknown> {
  const { email, mobile, googleAuth } = account;
  const masterEmail = account === demoMaster ? undefined : demoMaster.email;
  return submitDemo(parts, 'openAccount', { operator, email, masterEmail, mobile, googleAuth });
}

function createKey(parts: DemoParts, { email, apiKey, secretKey }: DemoAccount): Promise<unknown> {
  return submitDemo(parts, 'createApiKey', {
    operator,
    email,
    apiKey,
    encryptedSecret: parts.encryptSecret(secretKey),
    permissions,
    ipAllowList: [],
    expiresAtMs: null,
    demo: true,
  });
}
