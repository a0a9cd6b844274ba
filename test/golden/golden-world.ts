/**
 * A world with the data of the specification's samples, built on a real server by ordinary commands.
 *
 * Sample addresses have no valid checksums, so every network here accepts any text as an address. The samples use the
 * same address for deposits and withdrawals; deposits therefore arrive on a second network, so that withdrawals do not
 * complete within the exchange.
 */
import assert from 'node:assert/strict';
import type { CommandName, InputOf, ReplyOf } from '../../src/command/registry.ts';
import { type Exchange, type Reply, startExchange } from '../support/exchange.ts';
import { buildWorld, type Customer, credit, done, openCustomer } from '../support/world.ts';
import { type AccountDetails, asset, network, operator, type WorldPlan } from '../support/world-plan.ts';

export type GoldenWorld = {
  readonly exchange: Exchange;
  /** Executes an operator command; actor and reason are filled in. */
  operate<N extends CommandName>(name: N, input: Omit<InputOf<N>, 'operator'>): Promise<ReplyOf<N>>;
  customer(email: string, details?: AccountDetails): Promise<Customer>;
  credit(email: string, ...amounts: readonly string[]): Promise<void>;
};

export const ethereumAddress = '0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b';
export const moneroAddress =
  '463tWEBn5XZJSxLU34r6g7h8jtxuNcDbjLSjkn3XAXHCbLrTTErJrBWYgHJQyrCwkNgYvyV3z8zctJLPCZy24jvb3NiTcTJ';
export const moneroTag = '342341222';
export const depositNetwork = 'SECOND';

const codes = ['ADA', 'BHFT', 'BNB', 'BTC', 'LTC', 'TRX', 'USDT'];
const withFee = (code: string, withdrawFee: bigint) =>
  asset(code, [network(code, 'opaque', { withdrawFee }), network(depositNetwork, 'opaque')]);

const plan: WorldPlan = {
  assets: [
    ...codes.map((code) => [asset(code, [network(code, 'opaque')]), code === 'BNB' ? '1' : null] as const),
    [withFee('ETH', 1_000_000n), null],
    [withFee('XMR', 10_000n), null],
  ],
  // The samples convert more than 0.001 BTC, the limit for dust.
  settings: { dustLimitBtc: null },
  accounts: {},
};

const suspended = {
  depositEnabled: false,
  depositTip: 'Delisted, Deposit Suspended',
  withdrawFee: 35_00000000n,
  withdrawMinimum: 70_00000000n,
};
const planOfAssetDetail: WorldPlan = {
  assets: [
    [asset('CTR', [network('CTR', 'opaque', suspended)]), null],
    [
      asset('SKY', [network('SKY', 'opaque', { withdrawFee: 1_000_000n, withdrawMinimum: 2_000_000n })]),
      null,
    ],
  ],
  accounts: {},
};

/** The body of a reply that must succeed. */
export function bodyOf({ status, text }: Reply): string {
  assert.equal(status, 200, text);
  return text;
}

/** For the samples of all operations except assetDetail, which lists every asset. */
export const startGoldenWorld = () => startWorld(plan);

export const startAssetDetailWorld = () => startWorld(planOfAssetDetail);

async function startWorld(contents: WorldPlan): Promise<GoldenWorld> {
  const exchange = await startExchange();
  const { server } = exchange;
  await buildWorld(server, contents);
  return {
    exchange,
    operate: (name, input) => done(server.commands.submit(name, { operator, ...input } as never)),
    customer: (email, details) => openCustomer(server, email, details),
    credit: (email, ...amounts) => credit(server, email, ...amounts),
  };
}

const deposits = [
  {
    asset: 'ETH',
    address: ethereumAddress,
    addressTag: '',
    amount: 4670582n,
    txId: '0xdf33b22bdb2b28b1f75ccd201a4a4m6e7g83jy5fc5d5a9d1340961598cfcb0a1',
  },
  {
    asset: 'XMR',
    address: moneroAddress,
    addressTag: moneroTag,
    amount: 1000_00000000n,
    txId: 'b3c6219639c8ae3f9cf010cdc24fw7f7yt8j1e063f9b4bd1a05cb44c4b6e2509',
  },
];

/** The deposits of the samples, confirmed. */
export async function receiveDeposits(
  { exchange, operate }: GoldenWorld,
  { email }: Customer,
): Promise<void> {
  const { chainService } = exchange.server;
  for (const { amount, txId, ...destination } of deposits) {
    const where = { network: depositNetwork, ...destination };
    await operate('assignDepositAddress', { email, ...where });
    assert.ok('done' in (await chainService.receiveDeposit({ ...where, amount, txId })));
  }
  await chainService.mineBlocks(depositNetwork, 2);
}

/** The deposit address of the samples. */
export async function assignAddress({ operate }: GoldenWorld, { email }: Customer): Promise<void> {
  await operate('assignDepositAddress', {
    email,
    asset: 'BNB',
    network: 'BNB',
    address: ethereumAddress,
    addressTag: '1231212',
  });
}
