/**
 * The worlds of a server, each for one test. The first one with certain options is made step by step and kept as a
 * template; the others are copies of it, which takes milliseconds.
 */
import { type ApiClient, createApiClient, type ServerAddress } from './api-client.ts';
import { BursarError } from './bursar-error.ts';
import { describeExchange } from './exchange.ts';
import { rejectUnknown } from './known-options.ts';
import type { Credentials, World, WorldOptions } from './types.ts';
import type { Snapshot, WorldDiff } from './world-types.ts';

const defaultBalances = { BTC: '10', ETH: '100', BNB: '100', USDT: '100000' };
const masterEmail = 'world@bursar.test';
const subAccountEmail = (number: number) => `world-${number}@bursar.test`;
/** A world that nobody uses for so long is deleted, because a server has room for 2000. */
const timeToLive = '1h';
const worldsPath = '/lab/worlds';

type MadeWorld = { readonly name: string; readonly apiKeys: readonly Credentials[] };

export function createWorldFactory(address: ServerAddress): (options: WorldOptions) => Promise<World> {
  const server = createApiClient(address);
  /** The names by options. */
  const templates = new Map<string, Promise<string>>();
  return async (options) => {
    rejectUnknown('world', options, { balances: true, subAccounts: true });
    const { balances = defaultBalances, subAccounts = 0 } = options;
    const key = JSON.stringify([balances, subAccounts]);
    const template = templates.get(key) ?? makeTemplate(address, balances, subAccounts);
    templates.set(key, template);
    template.catch(() => templates.delete(key));
    return fork(address, server, await template);
  };
}

/** Opens the accounts of a world and credits its balances. @returns its name. */
async function makeTemplate(
  address: ServerAddress,
  balances: Readonly<Record<string, string>>,
  subAccounts: number,
): Promise<string> {
  const { name } = await createApiClient(address).operator<MadeWorld>('POST', worldsPath, {});
  const api = createApiClient(address, name);
  await openAccount(api, masterEmail);
  for (let number = 1; number <= subAccounts; number += 1)
    await openAccount(api, subAccountEmail(number), masterEmail);
  const credit = ([asset, amount]: readonly [string, string]) =>
    api.operator('POST', `/accounts/${masterEmail}/credit`, { asset, amount, reason: 'balance of a test' });
  await Promise.all(Object.entries(balances).map(credit));
  return name;
}

async function openAccount(api: ApiClient, email: string, master?: string): Promise<void> {
  await api.operator('POST', '/accounts', { email, ...(master !== undefined && { master }) });
  await api.operator('POST', `/accounts/${email}/api-keys`, {});
}

async function fork(address: ServerAddress, server: ApiClient, original: string): Promise<World> {
  const made = await server.operator<MadeWorld>('POST', `${worldsPath}/${original}/fork`, { timeToLive });
  const { name, apiKeys } = made;
  const path = `${worldsPath}/${name}`;
  const url = `${address.url}/w/${name}`;
  const master = apiKeys.find(({ email }) => email === masterEmail) as Credentials;
  const subAccounts = apiKeys.filter(({ email }) => email !== masterEmail && /@bursar\.test$/.test(email));
  return {
    ...describeExchange(createApiClient({ ...address, url }, name), url, master, subAccounts),
    name,
    fork: () => fork(address, server, name),
    snapshot: (label) =>
      server.operator<Snapshot>('POST', `${path}/snapshots`, label === undefined ? {} : { label }),
    restore: async (snapshot) => {
      const id: unknown = snapshot?.id;
      if (typeof id !== 'string') throw new BursarError('restore takes what world.snapshot() has returned.');
      await server.operator('POST', `${path}/restore`, { snapshot: id });
    },
    reset: async () => {
      await server.operator('POST', `${path}/reset`, {});
    },
    diff: (since) =>
      server.operator<WorldDiff>(
        'GET',
        since === undefined ? `${path}/diff` : `${path}/diff?snapshot=${since.id}`,
      ),
  };
}
