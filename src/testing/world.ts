/**
 * The worlds of a server, each for one test. The first test with certain options makes a template step by step; each
 * world is a copy of it, which takes milliseconds. A template that played a scenario is restored from the snapshot at its
 * end, any other one is forked as it is.
 */
import { type ApiClient, createApiClient, type ServerAddress } from './api-client.ts';
import { BursarError } from './bursar-error.ts';
import { describeExchange } from './exchange.ts';
import { rejectUnknown } from './known-options.ts';
import { type GivenScenario, readScenario } from './scenario.ts';
import type { Credentials, World, WorldOptions } from './types.ts';
import type { Snapshot, WorldDiff } from './world-types.ts';

const defaultBalances = { BTC: '10', ETH: '100', BNB: '100', USDT: '100000' };
const masterEmail = 'world@bursar.test';
const subAccountEmail = (number: number) => `world-${number}@bursar.test`;
/** A world that is unused for this long is deleted, because a server has room for 2000. */
const timeToLive = '1h';
const worldsPath = '/lab/worlds';
/** The account of a world whose scenario opens none. */
const demoEmail = 'demo@example.com';

/** The world that others with the same options are copies of. */
type Template = {
  readonly name: string;
  /** E-mails of its accounts. The first is that of the account whose keys the world returns. */
  readonly emails: readonly string[];
  /** Whether the others are its sub-accounts. */
  readonly hasSubAccounts: boolean;
  /** Copies begin with it; absent: with the template as it is. */
  readonly snapshot?: string;
};
type Storage = WorldOptions['storage'];
/** Worlds on PostgreSQL need a template on PostgreSQL. */
type TemplatePlace = { readonly storage?: 'postgres' };
type MadeWorld = { readonly name: string; readonly apiKeys: readonly Credentials[] };

export function createWorldFactory(address: ServerAddress): (options: WorldOptions) => Promise<World> {
  const server = createApiClient(address);
  /** By options. */
  const templates = new Map<string, Promise<Template>>();
  return async (options) => {
    rejectUnknown('world', options, { balances: true, subAccounts: true, scenario: true, storage: true });
    const { balances, subAccounts, scenario, storage } = options;
    if (scenario !== undefined && (balances !== undefined || subAccounts !== undefined))
      throw new BursarError(
        'world: a scenario has accounts and balances of its own; leave out balances and subAccounts.',
      );
    const given = scenario === undefined ? undefined : readScenario(scenario);
    const onPostgres = storage === 'postgres' ? ({ storage } as const) : {};
    const key = JSON.stringify([balances, subAccounts, given?.content, onPostgres]);
    const template =
      templates.get(key) ??
      (given === undefined
        ? makeTemplate(address, balances ?? defaultBalances, subAccounts ?? 0, onPostgres)
        : playTemplate(server, given, onPostgres));
    templates.set(key, template);
    template.catch(() => templates.delete(key));
    return copy(address, server, await template, storage);
  };
}

/** Opens the accounts of a world and credits its balances. */
async function makeTemplate(
  address: ServerAddress,
  balances: Readonly<Record<string, string>>,
  subAccounts: number,
  place: TemplatePlace,
): Promise<Template> {
  const { name } = await createApiClient(address).operator<MadeWorld>('POST', worldsPath, place);
  const api = createApiClient(address, name);
  await openAccount(api, masterEmail);
  const others = Array.from({ length: subAccounts }, (_, index) => subAccountEmail(index + 1));
  for (const email of others) await openAccount(api, email, masterEmail);
  const credit = ([asset, amount]: readonly [string, string]) =>
    api.operator('POST', `/accounts/${masterEmail}/credit`, { asset, amount, reason: 'balance of a test' });
  await Promise.all(Object.entries(balances).map(credit));
  return { name, emails: [masterEmail, ...others], hasSubAccounts: true };
}

/** Plays a scenario. Copies begin at its end, even if work becomes due in this world later. */
async function playTemplate(
  server: ApiClient,
  { content, emails }: GivenScenario,
  place: TemplatePlace,
): Promise<Template> {
  const { name } = await server.operator<MadeWorld>('POST', worldsPath, { ...place, scenario: content });
  const { id } = await server.operator<Snapshot>('POST', `${worldsPath}/${name}/snapshots`, {});
  return {
    name,
    emails: emails.length === 0 ? [demoEmail] : emails,
    hasSubAccounts: false,
    snapshot: id,
  };
}

async function openAccount(api: ApiClient, email: string, master?: string): Promise<void> {
  await api.operator('POST', '/accounts', { email, ...(master !== undefined && { master }) });
  await api.operator('POST', `/accounts/${email}/api-keys`, {});
}

async function copy(
  address: ServerAddress,
  server: ApiClient,
  original: Template,
  storage: Storage,
): Promise<World> {
  const options = { timeToLive, ...(storage !== undefined && { storage }) };
  const { name, apiKeys } =
    original.snapshot === undefined
      ? await server.operator<MadeWorld>('POST', `${worldsPath}/${original.name}/fork`, options)
      : await server.operator<MadeWorld>('POST', worldsPath, {
          ...options,
          from: 'snapshot',
          world: original.name,
          snapshot: original.snapshot,
        });
  const path = `${worldsPath}/${name}`;
  const url = `${address.url}/w/${name}`;
  const { emails, hasSubAccounts } = original;
  const accounts = emails.map((email) => credentialsOf(email, apiKeys));
  // cast: a scenario has at least one account.
  const [own, ...others] = accounts as [Credentials, ...Credentials[]];
  const api = createApiClient({ ...address, url }, name);
  return {
    ...describeExchange(api, url, own, hasSubAccounts ? others : []),
    name,
    accounts,
    fork: () => copy(address, server, { name, emails, hasSubAccounts }, storage),
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

function credentialsOf(email: string, apiKeys: readonly Credentials[]): Credentials {
  const found = apiKeys.find((each) => each.email.toLowerCase() === email.toLowerCase());
  if (found === undefined) throw new BursarError(`world: the account ${email} has no API key.`);
  return { email: found.email, apiKey: found.apiKey, secretKey: found.secretKey };
}
