/**
 * Data folders to migrate and to back up: the demo world, two more customers with random withdrawals of eighteen
 * decimals, and rows with difficult texts and numbers.
 */
import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatUnits } from '../../src/contract/decimal.ts';
import { permissions } from '../../src/contract/permission.ts';
import { createLog } from '../../src/observability/log.ts';
import { readConfig } from '../../src/runtime/config.ts';
import { type Server, startServer } from '../../src/runtime/server.ts';
import type { Store, Write } from '../../src/store/port.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { type NewRow, type TableName, tables } from '../../src/store/tables.ts';
import { SealWorker } from '../../src/worker/seal-worker.ts';
import { run, writing } from '../store/conformance/raw.ts';
import { openSql } from '../support/database.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { admitBySql, person } from '../support/people.ts';
import { createRandom, type Random } from '../support/seed.ts';
import { neverStopping } from '../support/store-world.ts';
import { buildWorld, type Customer, done, siteOn } from '../support/world.ts';
import { asset, decimal, network, operator, worldPlan } from '../support/world-plan.ts';

/** A key of the customer whose private half only the customer has. */
export type SigningKey = { readonly apiKey: string; readonly privateKey: KeyObject };

export type Source = {
  readonly folder: string;
  readonly customer: Customer;
  readonly signingKeys: readonly SigningKey[];
  /** An address of this exchange. */
  readonly inside: string;
};

const chain = 'WEICHAIN';
export const inside = 'place-of-ben';

const plan = worldPlan({
  assets: [[asset('WEI', [network(chain, 'opaque', { withdrawFee: 7n })], 18), null]],
  accounts: {
    ann: { balances: ['WEI 123456789012345.123456789012345678'] },
    ben: { addresses: [{ asset: 'WEI', network: chain, address: inside }] },
  },
});

/** Starts a server on a data folder, or on the database at a URL with the folder's secrets. */
export function serve(folder: string, ...flags: readonly string[]): Promise<Server> {
  const always = ['--port', '0', '--operator-port', '0', '--block-ms', '0', '--log-level', 'error'];
  const config = readConfig([...always, '--data', folder, ...flags], {});
  return startServer(config, createLog(config.BURSAR_LOG_LEVEL), (error) => {
    throw error;
  });
}

export async function makeSource(seed: number): Promise<Source> {
  const folder = mkdtempSync(join(tmpdir(), 'bursar-migrate-'));
  const server = await serve(folder);
  try {
    const { ann: customer } = await buildWorld(server, plan);
    await withdrawAtRandom(server, customer.accountId, createRandom(seed));
    const lost = { network: chain, txId: 'lost', asset: 'WEI', address: inside, addressTag: 'nobody' };
    await done(
      server.chainService.receiveDeposit({ ...lost, amount: 5n, remainder: '0.0000000000000000007' }),
    );
    await server.chainService.mineBlocks(chain, 3);
    // A chain may report any transaction id. This one looks like a sequence number.
    const odd = {
      network: chain,
      txId: 'Internal transfer 99999999999',
      asset: 'WEI',
      address: inside,
      addressTag: '',
    };
    await done(server.chainService.receiveDeposit({ ...odd, amount: 5n, remainder: '0' }));
    await oweToTheExchange(server);
    await approveByTwo(server, customer, folder);
    const { accountId } = customer;
    const transfer = {
      accountId,
      from: 'spot',
      asset: 'WEI',
      amount: decimal('0.000000000000000009'),
    } as const;
    await done(server.commands.submit('transferBetweenWallets', transfer));
    await done(server.commands.submit('putAccountSwitches', { accountId, change: { spotBnbBurn: true } }));
    // The last sequence number is visible only in a transaction id.
    await withdraw(server, customer.accountId, '0.000000000000000008', inside);
    const signingKeys = await registerPublicKeys(server, customer.email);
    return { folder, customer, signingKeys, inside };
  } finally {
    await server.close();
    const store = openSource(folder);
    await seal(store);
    await run(store, writing(...awkwardRows()));
    await store.close();
  }
}

/** Ben's deposit is reorganised away after he has passed it on, so that he owes its amount. */
async function oweToTheExchange({ commands, chainService, reads }: Server): Promise<void> {
  const output = { network: chain, txId: 'forgotten', asset: 'WEI', address: inside, addressTag: '' };
  // Others that wait for a block are not concerned.
  await chainService.mineBlocks(chain, 1);
  await done(chainService.receiveDeposit({ ...output, amount: 70n, remainder: '0' }));
  await chainService.mineBlocks(chain, 3);
  const [deposit] = await reads.rows('deposits', { txId: 'forgotten' });
  assert.ok(deposit?.stage === 'completed');
  const { accountId } = deposit;
  const { free = 0n } = (await reads.row('balances', { accountId, asset: 'WEI', wallet: 'spot' })) ?? {};
  await done(
    commands.submit('adjustBalance', {
      ...{ operator, email: 'ben@example.com', asset: 'WEI', direction: 'debit', backed: false },
      amount: decimal(formatUnits(free, 18)),
    }),
  );
  await chainService.reorganise(chain, 3, 'incoming');
  assert.equal((await reads.row('balances', { accountId, asset: 'WEI', wallet: 'spot' }))?.owed, 70n);
  await chainService.mineBlocks(chain, 1);
}

/** One withdrawal that two people have approved, one that lacks an approval, and a change that is only proposed. */
async function approveByTwo(
  { commands, chainService }: Server,
  { accountId, email }: Customer,
  folder: string,
): Promise<void> {
  {
    await using sql = openSql({ folder });
    await admitBySql(sql, person('olga'), person('pia'));
    await sql.run(`INSERT INTO withdrawal_key_operators VALUES ('confirmed by nobody', 'olga');
      INSERT INTO account_notes VALUES (1, 'n1', ${accountId}, 'operator:olga', 'knows us', 1);
      INSERT INTO address_pool VALUES (1, 'g', 'k', '', 'K', 1, NULL, NULL, 'k')`);
  }
  const rules = [{ name: 'two', decision: 'approve', approvers: 2 }] as const;
  await done(commands.submit('putApprovalPolicy', { operator, rules, changes: [] }));
  for (const people of [['olga', 'pia'], ['olga']]) {
    const withdrawal = {
      accountId,
      asset: 'WEI',
      address: 'approved',
      amount: decimal('0.000000000000000011'),
    };
    const { id } = await done(commands.submit('submitWithdrawal', withdrawal));
    for (const name of people)
      await done(commands.submit('approveWithdrawal', { id, operator: person(name) }));
  }
  await chainService.mineBlocks(chain, 2);
  const request = { accountId, asset: 'WEI', address: 'denied', amount: decimal('0.000000000000000012') };
  await done(commands.submit('recordWithdrawalDenial', { request, rule: 'two' }));
  await done(commands.submit('putApprovalPolicy', { operator, rules: [], changes: [] }));
  await done(commands.submit('putAccountTags', { operator, email, tags: ['known'] }));
  const input = { email, body: { tags: [] } };
  await done(
    commands.submit('proposeChange', { operator: person('olga'), kind: 'credit', subject: email, input }),
  );
}

async function registerPublicKeys({ commands }: Server, email: string): Promise<SigningKey[]> {
  const pairs = {
    ed25519: generateKeyPairSync('ed25519'),
    rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  };
  const keys: SigningKey[] = [];
  for (const keyType of ['ed25519', 'rsa'] as const) {
    const { publicKey, privateKey } = pairs[keyType];
    const apiKey = keyType.padEnd(64, 'K');
    const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string;
    const registered = { keyType, publicKey: pem };
    const limits = { permissions, ipAllowList: [], expiresAtMs: null, demo: false };
    await done(commands.submit('createApiKey', { operator, email, apiKey, registered, ...limits }));
    keys.push({ apiKey, privateKey });
  }
  return keys;
}

/** Seals all transfers so far. */
async function seal(store: Store): Promise<void> {
  await new SealWorker({
    reads: store.reads,
    commands: siteOn(store).commands,
    yieldNow: async () => {},
    stopping: neverStopping,
  }).sealNew();
}

async function withdrawAtRandom(server: Server, accountId: number, random: Random): Promise<void> {
  for (let count = 0; count < 60; count += 1) {
    const amount = `${random.below(1_000_000)}.${String(random.below(1e9) + 8).padStart(18, '0')}`;
    await withdraw(server, accountId, amount, random.chance(0.3) ? inside : `far-away-${random.below(5)}`);
    if (random.chance(0.1)) await server.chainService.mineBlocks(chain, 1 + random.below(2));
  }
}

function withdraw({ commands }: Server, accountId: number, amount: string, address: string) {
  const withdrawal = { accountId, asset: 'WEI', address, amount: decimal(amount) };
  return done(commands.submit('submitWithdrawal', withdrawal));
}

const awkward = [
  '',
  'NULL',
  '\\N',
  '\\.',
  '\\',
  '\\\\n',
  "'; DROP TABLE transfers; --",
  '"quoted", {and} (braced)',
  '\b\f\n\r\t\v\u0001\u007f\u0085\u2028',
  'ä€😀 \u202egnp.exe שלום 你好 e\u0301 \ufffd \uffff',
  ' ',
  '$1 ? %s',
];
const largest = 10n ** 60n - 1n;

function awkwardRows(): Write[] {
  return awkward.flatMap((text, index): Write[] => [
    {
      insert: 'audit',
      row: {
        at: index,
        actor: text,
        action: text,
        subject: text,
        reason: text,
        details: { [text]: [text, null] },
      },
    },
    { insert: 'settings', row: { name: `awkward ${text}`, value: index === 0 ? null : [text, 1e-7, true] } },
    {
      insert: 'bans',
      row: {
        ip: `10.0.0.${index}`,
        bannedUntil: Number.MAX_SAFE_INTEGER,
        offences: 0,
        lastOffenceAt: -index,
      },
    },
    ...accessRows(text, index),
    {
      insert: 'idempotency_keys',
      row: {
        operation: text,
        idempotencyKey: `${index} ${text}`,
        content: text,
        reply: { [text]: [text, null] },
        createdAt: index,
      },
    },
    {
      insert: 'transfers',
      row: {
        at: index,
        kind: 'adjustment',
        asset: 'WEI',
        amount: largest - BigInt(index),
        debit: 'adjustments',
        credit: 'fees',
        reference: text,
      },
    },
  ]);
}

/** An operator with a session, a passkey, a link and a token. */
function accessRows(text: string, index: number): Write[] {
  const operatorId = `operator ${index}`;
  const secretHash = `${index}`.padStart(64, '0');
  const name = `${index} ${text}`;
  const times = { createdAt: index, expiresAt: Number.MAX_SAFE_INTEGER };
  return [
    {
      insert: 'operators',
      row: {
        ...{ id: operatorId, name, roles: ['viewer', 'approver'], state: 'active' },
        ...{ passwordHash: index === 0 ? null : text, createdAt: index, lastSeenAt: null },
        unconfirmedUntil: index === 0 ? null : index,
      },
    },
    {
      insert: 'operator_sessions',
      row: {
        ...{ id: `session ${index}`, secretHash, operatorId, ...times, seenAt: 1, idleUntil: 2 },
        ...{ ip: '::1', userAgent: text, provedAt: 1, provedBy: 'password' },
      },
    },
    {
      insert: 'operator_passkeys',
      row: {
        ...{ credentialId: `passkey ${index}`, operatorId, name: text, publicKey: 'a', counter: 0 },
        ...{ transports: [text], rpId: 'localhost', challengedAt: 1, createdAt: 1, lastUsedAt: null },
      },
    },
    { insert: 'operator_links', row: { operatorId, secretHash, ...times, unconfirmed: index > 0 } },
    {
      insert: 'operator_tokens',
      row: {
        ...{ id: `token ${index}`, secretHash, name, roles: [], ipAllowList: ['10.0.0.0/8'], ...times },
        ...{ createdBy: operatorId, lastUsedAt: null, revokedAt: index === 0 ? 3 : null },
      },
    },
  ];
}

/** Tens of thousands of rows without further meaning. */
export async function addOrderEvents(folder: string, count: number): Promise<void> {
  const store = openSource(folder);
  const [account] = await store.reads.accounts({ limit: 1, offset: 0 });
  const row: NewRow<'order_events'> = {
    accountId: account?.id ?? 0,
    symbol: 'NOTHING',
    timeInForce: 'GTC',
    submitted: '1',
    filled: '1',
    outcome: 'FILLED',
    openMs: null,
    at: 1,
  };
  for (let added = 0; added < count; added += 10_000) {
    const rows = Array.from({ length: 10_000 }, () => ({ insert: 'order_events' as const, row }));
    await run(store, writing(...rows));
  }
  await store.close();
}

export function openSource(folder: string): SqliteStore {
  let randoms = 0;
  return new SqliteStore({
    path: join(folder, 'bursar.sqlite'),
    clock: new ManualClock(),
    randomHex: () => (++randoms).toString(16).padStart(20, '0'),
  });
}

export type Contents = Readonly<Record<string, readonly string[]>>;

/** Reads everything in the store and closes it. */
export async function readContents(store: Store): Promise<Contents> {
  const names = Object.keys(tables) as TableName[];
  const contents = names.map(async (name) => {
    const columns = Object.keys(tables[name].columns);
    const rows = (await store.reads.rows(name, {})) as readonly Record<string, unknown>[];
    const texts = rows.map((row) =>
      JSON.stringify(
        columns.map((column) => row[column]),
        spellBigints,
      ),
    );
    return [name, texts.sort()] as const;
  });
  try {
    return Object.fromEntries(await Promise.all(contents));
  } finally {
    await store.close();
  }
}

function spellBigints(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value} units` : value;
}

/** A copy that a test may modify. */
export function copyFolder(folder: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'bursar-migrate-'));
  cpSync(folder, copy, { recursive: true });
  return copy;
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** A fingerprint of the database files, byte for byte. */
export function fingerprint(folder: string): readonly string[] {
  return ['bursar.sqlite', 'chain.sqlite'].map((name) =>
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex'),
  );
}
