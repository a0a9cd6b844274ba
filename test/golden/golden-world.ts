/**
 * A world with the data of the specification's samples, built on a real server by ordinary commands.
 *
 * Sample addresses have no valid checksums, so every network here accepts any text as an address. The samples use the
 * same address for deposits and withdrawals; deposits therefore arrive on a second network, so that withdrawals do not
 * complete within the exchange.
 */

import assert from 'node:assert/strict';
import type { DefiningAsset, DefiningNetwork } from '../../src/command/catalog/asset-put.ts';
import type { CommandName, InputOf, ReplyOf } from '../../src/command/registry.ts';
import { defaultSettings } from '../../src/domain/catalog/catalog.ts';
import { type Customer, credit, done, openCustomer } from '../support/accounts.ts';
import { asset, decimal, network, operator } from '../support/command-world.ts';
import { type Exchange, type Reply, startExchange } from '../support/exchange.ts';

export type GoldenWorld = {
  readonly exchange: Exchange;
  /** Executes an operator command; actor and reason are filled in. */
  operate<N extends CommandName>(name: N, input: Omit<InputOf<N>, 'operator'>): Promise<ReplyOf<N>>;
  customer(email: string, opening?: Parameters<typeof openCustomer>[2]): Promise<Customer>;
  credit(email: string, ...amounts: readonly string[]): Promise<void>;
};

export const ethereumAddress = '0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b';
export const moneroAddress =
  '463tWEBn5XZJSxLU34r6g7h8jtxuNcDbjLSjkn3XAXHCbLrTTErJrBWYgHJQyrCwkNgYvyV3z8zctJLPCZy24jvb3NiTcTJ';
export const moneroTag = '342341222';
export const depositNetwork = 'SECOND';

const opaque = (name: string, terms: Partial<DefiningNetwork> = {}): DefiningNetwork => ({
  ...network(name, 'opaque'),
  ...terms,
});

const plain = ['ADA', 'BHFT', 'BNB', 'BTC', 'LTC', 'TRX', 'USDT'].map((code) => asset(code, [opaque(code)]));
const withdrawable: readonly DefiningAsset[] = [
  asset('ETH', [opaque('ETH', { withdrawFee: 1_000_000n }), opaque(depositNetwork)]),
  asset('XMR', [opaque('XMR', { withdrawFee: 10_000n }), opaque(depositNetwork)]),
];

/** The body of a reply that must succeed. */
export function bodyOf({ status, text }: Reply): string {
  assert.equal(status, 200, text);
  return text;
}

/** The samples of all operations except assetDetail, which lists every asset. */
export async function startGoldenWorld(): Promise<GoldenWorld> {
  const world = await startWorld([...plain, ...withdrawable]);
  // The samples convert more than 0.001 BTC, the limit for dust.
  await world.operate('putSettings', { settings: { ...defaultSettings, dustLimitBtc: null } });
  await world.operate('putPrice', { asset: 'BNB', price: decimal('1') });
  return world;
}

export function startAssetDetailWorld(): Promise<GoldenWorld> {
  return startWorld([
    asset('CTR', [
      opaque('CTR', {
        depositEnabled: false,
        depositTip: 'Delisted, Deposit Suspended',
        withdrawFee: 35_00000000n,
        withdrawMinimum: 70_00000000n,
      }),
    ]),
    asset('SKY', [opaque('SKY', { withdrawFee: 1_000_000n, withdrawMinimum: 2_000_000n })]),
  ]);
}

async function startWorld(assets: readonly DefiningAsset[]): Promise<GoldenWorld> {
  const exchange = await startExchange();
  const { server } = exchange;
  const operate: GoldenWorld['operate'] = (name, input) =>
    done(server.commands.submit(name, { operator, ...input } as never));
  for (const each of assets) await operate('putAsset', { asset: each });
  return {
    exchange,
    operate,
    customer: (email, opening) => openCustomer(server, email, opening),
    credit: (email, ...amounts) => credit(server, email, ...amounts),
  };
}
