/**
 * The world for third-party clients: a treasury with balances, a sub-account, keys with and without permissions, assets
 * with a fee, a tag, dust and a price, and symbols. Blocks are mined only by the tests.
 */
import type { DefiningNetwork } from '../../src/command/catalog/asset-put.ts';
import { permissions as allPermissions, type Permission } from '../../src/contract/permission.ts';
import { type Credentials, type Exchange, startExchange } from '../support/exchange.ts';
import { asset, decimal, network, operator } from '../support/world-plan.ts';

export type World = Exchange & {
  readonly treasury: Credentials;
  /** Another key of the treasury, with read permission only. */
  readonly readOnly: Credentials;
  readonly sub: Credentials;
  /** An existing key with the wrong secret. */
  readonly wrongSecret: Credentials;
  /** A well-formed key that does not exist. */
  readonly unknownKey: Credentials;
  readonly malformedKey: Credentials;
};

export const treasuryEmail = 'treasury@example.com';
export const subEmail = 'sub+desk@example.com';
export const destination = '0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b';
const rippleDestination = 'rEb8TK3gBgk5auZkwc6sHnwrGVJH8DuaLh';

export async function openWorld(flags: readonly string[] = []): Promise<World> {
  const exchange = await startExchange(flags);
  await openAccounts(exchange);
  await listAssets(exchange);
  await fillAccounts(exchange);
  const treasury = await giveKey(exchange, treasuryEmail, 'Treasury');
  const keys = {
    treasury,
    readOnly: await giveKey(exchange, treasuryEmail, 'ReadOnly', ['reading']),
    sub: await giveKey(exchange, subEmail, 'Sub'),
    wrongSecret: { apiKey: treasury.apiKey, secretKey: 'w'.repeat(64) },
    unknownKey: { apiKey: 'u'.repeat(64), secretKey: 'u'.repeat(64) },
    malformedKey: { apiKey: 'short', secretKey: 'u'.repeat(64) },
  };
  // Keep the getters of the exchange as getters: a restart moves it to another port.
  return Object.create(exchange, Object.getOwnPropertyDescriptors(keys));
}

/** Submits commands that must succeed. */
function doing({ server }: Exchange): Exchange['server']['commands'] {
  return {
    async submit(...request) {
      const outcome = await server.commands.submit(...request);
      if (!('done' in outcome)) throw new Error(`${request[0]}: ${JSON.stringify(outcome)}`);
      return outcome;
    },
  };
}

async function openAccounts(exchange: Exchange): Promise<void> {
  const commands = doing(exchange);
  await commands.submit('openAccount', { operator, email: treasuryEmail });
  await commands.submit('openAccount', { operator, email: subEmail, masterEmail: treasuryEmail });
}

async function giveKey(
  exchange: Exchange,
  email: string,
  name: string,
  permissions: readonly Permission[] = allPermissions,
): Promise<Credentials> {
  const credentials = { apiKey: `${name}Key`.padEnd(64, 'k'), secretKey: `${name}Secret`.padEnd(64, 's') };
  await doing(exchange).submit('createApiKey', {
    operator,
    email,
    apiKey: credentials.apiKey,
    encryptedSecret: exchange.server.secretBox.encrypt(credentials.secretKey),
    permissions,
    ipAllowList: [],
    expiresAtMs: null,
    demo: false,
  });
  return credentials;
}

const charged = (plain: DefiningNetwork, withdrawFee: bigint, withdrawMinimum: bigint): DefiningNetwork => ({
  ...plain,
  withdrawFee,
  withdrawMinimum,
});

const assets = [
  [asset('BTC', [charged(network('BTC', 'bitcoin'), 50_000n, 100_000n)]), '40000'],
  [asset('ETH', [charged(network('ETH', 'evm'), 1_000_000n, 2_000_000n)]), '2500'],
  [asset('XRP', [charged(network('XRP', 'ripple'), 250_000n, 20_000_000n)], 6), '0.6'],
  [asset('BNB', [network('BSC', 'evm')]), '400'],
  [asset('ADA', [network('ADA', 'cardano')], 6), '0.5'],
  [asset('TRX', [network('TRX', 'tron')], 6), '0.1'],
  [
    asset('CTR', [
      { ...network('ETH', 'evm'), depositEnabled: false, withdrawEnabled: false, depositTip: 'Delisted' },
    ]),
    null,
  ],
] as const;

async function listAssets(exchange: Exchange): Promise<void> {
  const commands = doing(exchange);
  for (const [definition, price] of assets) {
    await commands.submit('putAsset', { operator, asset: definition });
    if (price !== null) {
      await commands.submit('putPrice', { operator, asset: definition.asset, price: decimal(price) });
    }
  }
  for (const base of ['ADA', 'BTC', 'ETH']) {
    const quoteAsset = base === 'BTC' ? 'BNB' : 'BTC';
    const symbol = {
      symbol: base + quoteAsset,
      baseAsset: base,
      quoteAsset,
      maker: '0.001',
      taker: '0.0015',
    };
    await commands.submit('putSymbol', { operator, symbol });
  }
}

async function fillAccounts(exchange: Exchange): Promise<void> {
  const commands = doing(exchange);
  const credit = (email: string, code: string, amount: string) =>
    commands.submit('adjustBalance', {
      operator,
      email,
      asset: code,
      amount: decimal(amount),
      direction: 'credit',
    });
  await credit(treasuryEmail, 'BTC', '2');
  await credit(treasuryEmail, 'ETH', '1000');
  await credit(treasuryEmail, 'XRP', '500');
  await credit(treasuryEmail, 'ADA', '3.25');
  await credit(treasuryEmail, 'TRX', '12');
  await credit(subEmail, 'BTC', '1');
  const info = 'Dividend for ETH holders';
  for (const total of ['1', '2']) {
    await commands.submit('distributeDividend', {
      operator,
      asset: 'BNB',
      holdersOf: 'ETH',
      total: decimal(total),
      info,
    });
  }
}

/** Makes a transaction to one of the exchange's addresses appear on the simulated chain. */
export async function receive(
  { server }: World,
  transaction: Parameters<Exchange['server']['chainService']['receiveDeposit']>[0],
): Promise<void> {
  const outcome = await server.chainService.receiveDeposit(transaction);
  if (!('done' in outcome)) throw new Error(JSON.stringify(outcome));
}

/** A withdrawal that succeeds. */
export const withdrawal = { asset: 'ETH', address: destination, amount: '1.5', name: 'cold wallet & co' };

/** Invalid withdrawals, and the error code that every client must get; ccxt maps it to an exception class. */
export const rejectedWithdrawals = [
  { why: 'to an invalid address', change: { address: '0x12' }, code: -4007, ccxt: 'BadRequest' },
  { why: 'without an address', change: { address: '' }, code: -1105, ccxt: 'BadRequest' },
  { why: 'with an invalid tag', change: ripple({ addressTag: 'x' }), code: -4008, ccxt: 'BadRequest' },
  { why: 'of an unknown asset', change: { asset: 'NOPE' }, code: -4018, ccxt: 'BadSymbol' },
  { why: 'of a suspended asset', change: { asset: 'CTR' }, code: -4019, ccxt: 'BadSymbol' },
  { why: 'over an unknown network', change: { network: 'MOON' }, code: -1130, ccxt: 'BadRequest' },
  {
    why: 'with too many decimals',
    change: { amount: '1.123456789' },
    code: -1111,
    ccxt: 'BadRequest',
  },
  { why: 'of an amount that is not a number', change: { amount: 'one' }, code: -1100, ccxt: 'BadRequest' },
  { why: 'below the minimum', change: { amount: '0.01' }, code: -4022, ccxt: 'BadRequest' },
  { why: 'beyond the balance', change: { amount: '5000' }, code: -4026, ccxt: 'InsufficientFunds' },
] as const;

function ripple(change: object): object {
  return { asset: 'XRP', address: rippleDestination, amount: '20', ...change };
}

/** Unauthorised callers, and the error code that every client must get. */
export const rejectedCallers = [
  { why: 'a wrong secret', caller: 'wrongSecret', code: -1022, ccxt: 'AuthenticationError' },
  { why: 'an unknown key', caller: 'unknownKey', code: -2015, ccxt: 'AuthenticationError' },
  { why: 'a malformed key', caller: 'malformedKey', code: -2014, ccxt: 'AuthenticationError' },
  { why: 'a read-only key', caller: 'readOnly', code: -1002, ccxt: 'PermissionDenied' },
] as const;

/** Mines block after block until the withdrawal, which may not be broadcast yet, is completed. */
export async function settle({ server }: World, id: string, network: string): Promise<void> {
  for (let block = 0; block < 200; block += 1) {
    await server.chainService.mineBlocks(network, 1);
    if ((await server.reads.row('withdrawals', { id }))?.settledAt != null) return;
  }
  throw new Error(`withdrawal ${id} was not settled`);
}

/** The rejection of a client: an Error, or the payload itself. */
export type Failure = Error & { readonly code: number; readonly success: boolean; readonly msg: string };

/** Expects a call to fail. @returns its failure. */
export async function failureOf(call: Promise<unknown>): Promise<Failure> {
  try {
    await call;
  } catch (error) {
    return error as Failure;
  }
  throw new Error('the call succeeded');
}
