/**
 * The world for third-party clients: a treasury with balances, a sub-account, keys with and without permissions, assets
 * with a fee, a tag, dust and a price, and symbols. Blocks are mined only by the tests.
 */
import type { TradingSymbol } from '../../src/domain/catalog/catalog.ts';
import { type Credentials, type Exchange, startExchange } from '../support/exchange.ts';
import { buildWorld, createKey, done } from '../support/world.ts';
import { asset, decimal, network, operator, worldPlan } from '../support/world-plan.ts';

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

const charged = (withdrawFee: bigint, withdrawMinimum: bigint) => ({ withdrawFee, withdrawMinimum });

const symbolOf = (base: string, quoteAsset: string): TradingSymbol => ({
  symbol: base + quoteAsset,
  baseAsset: base,
  quoteAsset,
  maker: '0.001',
  taker: '0.0015',
});

const plan = worldPlan({
  assets: [
    [asset('BTC', [network('BTC', 'bitcoin', charged(50_000n, 100_000n))]), '40000'],
    [asset('ETH', [network('ETH', 'evm', charged(1_000_000n, 2_000_000n))]), '2500'],
    [asset('XRP', [network('XRP', 'ripple', charged(250_000n, 20_000_000n))], 6), '0.6'],
    [asset('BNB', [network('BSC', 'evm')]), '400'],
    [asset('ADA', [network('ADA', 'cardano')], 6), '0.5'],
    [asset('TRX', [network('TRX', 'tron')], 6), '0.1'],
    [
      asset('CTR', [
        network('ETH', 'evm', { depositEnabled: false, withdrawEnabled: false, depositTip: 'Delisted' }),
      ]),
      null,
    ],
  ],
  symbols: [symbolOf('ADA', 'BTC'), symbolOf('BTC', 'BNB'), symbolOf('ETH', 'BTC')],
  accounts: {
    treasury: {
      email: treasuryEmail,
      balances: ['BTC 2', 'ETH 1000', 'XRP 500', 'ADA 3.25', 'TRX 12'],
    },
    sub: { master: 'treasury', email: subEmail, balances: ['BTC 1'] },
  },
});

const dividend = (total: string) => ({
  operator,
  asset: 'BNB',
  holdersOf: 'ETH',
  total: decimal(total),
  info: 'Dividend for ETH holders',
});

export async function openWorld(flags: readonly string[] = []): Promise<World> {
  const exchange = await startExchange(flags);
  const { server } = exchange;
  const { treasury, sub } = await buildWorld(server, plan);
  for (const total of ['1', '2']) await done(server.commands.submit('distributeDividend', dividend(total)));
  const keys = {
    treasury,
    sub,
    readOnly: await createKey(server, treasuryEmail, { permissions: ['reading'] }),
    wrongSecret: { apiKey: treasury.apiKey, secretKey: 'w'.repeat(64) },
    unknownKey: { apiKey: 'u'.repeat(64), secretKey: 'u'.repeat(64) },
    malformedKey: { apiKey: 'short', secretKey: 'u'.repeat(64) },
  };
  // Keep the getters of the exchange as getters: a restart moves it to another port.
  return Object.create(exchange, Object.getOwnPropertyDescriptors(keys));
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
export async function mineUntilSettled({ server }: World, id: string, network: string): Promise<void> {
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
