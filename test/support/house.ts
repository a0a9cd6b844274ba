/**
 * A small exchange for tests over HTTP: a master with two sub-accounts, keys derived from their names, assets with
 * various rules, and large balances. Building it again on the same data changes nothing.
 */
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { DefiningAsset } from '../../src/command/catalog/asset-put.ts';
import type { CommandName, Commands, InputOf, ReplyOf } from '../../src/command/registry.ts';
import { permissions } from '../../src/contract/permission.ts';
import type { AddressFormat } from '../../src/domain/address/address.ts';
import type { Server } from '../../src/runtime/server.ts';
import { decimal, operator } from './command-world.ts';
import type { Credentials } from './exchange.ts';

export const houseNames = ['master', 'alice', 'bob'] as const;
export type HouseName = (typeof houseNames)[number];

export const houseEmail = (name: string) => `${name}@house.example`;
export const houseKey = (name: string): Credentials => ({
  apiKey: `HouseKey${name}`.padEnd(64, 'k'),
  secretKey: `HouseSecret${name}`.padEnd(64, 's'),
});

/** Initial units of each asset for every account. */
export const openingUnits = 10n ** 15n;

type Terms = { fee?: bigint; confirmations?: [number, number]; scale?: number; approvalAbove?: bigint };

function asset(
  code: string,
  network: string,
  addressFormat: AddressFormat,
  terms: Terms = {},
): DefiningAsset {
  const { fee = 0n, confirmations = [1, 2], scale = 8, approvalAbove = null } = terms;
  const way = { network, addressFormat, depositEnabled: true, withdrawEnabled: true, withdrawFee: fee };
  const limits = { depositMinimum: 0n, withdrawMinimum: 1n, withdrawMultiple: 1n };
  const [minConfirm, unlockConfirm] = confirmations;
  return {
    asset: code,
    name: code,
    scale,
    networks: [{ ...way, ...limits, minConfirm, unlockConfirm }],
    withdrawMaximumPerDay: null,
    autoApprovalLimit: approvalAbove,
  };
}

/** A larger withdrawal of BTC waits for an operator. */
export const btcApprovalUnits = 1_500_000n;

export const houseAssets: readonly (readonly [asset: DefiningAsset, price: string])[] = [
  [asset('ETH', 'ETH', 'evm', { fee: 700n, confirmations: [2, 3] }), '2500'],
  [asset('XRP', 'XRP', 'ripple', { fee: 25n, scale: 6 }), '0.6'],
  [asset('BTC', 'BTC', 'bitcoin', { fee: 1000n, approvalAbove: btcApprovalUnits }), '40000'],
  [asset('BNB', 'BSC', 'evm', { fee: 5n }), '400'],
  [asset('ADA', 'ADA', 'cardano', { scale: 6 }), '0.5'],
];

/** Addresses that belong to nobody here. */
export const outsideAddresses: Readonly<Record<string, readonly string[]>> = {
  ETH: ['0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b', '0x00000000219ab540356cbb839cbe05303d7705fa'],
  XRP: ['rEb8TK3gBgk5auZkwc6sHnwrGVJH8DuaLh'],
  BTC: ['1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2'],
  BNB: ['0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b'],
};

type HouseParts = Pick<Server, 'reads' | 'secretBox'> & { readonly commands: Commands };

export async function buildHouse(parts: HouseParts): Promise<void> {
  const { commands, reads } = parts;
  const last = houseNames.at(-1) as HouseName;
  if ((await reads.row('api_keys', { apiKey: houseKey(last).apiKey })) !== undefined) return;
  for (const [definition, price] of houseAssets) {
    await run(commands, 'putAsset', { operator, asset: definition });
    await run(commands, 'putPrice', { operator, asset: definition.asset, price: decimal(price) });
  }
  await run(commands, 'putSettings', { operator, settings: { dustLimitBtc: null } });
  for (const name of houseNames) await openMember(parts, name);
}

/** Opens an account with balances and a key unless it exists. */
export async function openMember(parts: HouseParts, name: string): Promise<void> {
  const { commands, reads, secretBox } = parts;
  const email = houseEmail(name);
  const masterEmail = name === 'master' ? undefined : houseEmail('master');
  if ((await reads.row('accounts', { email })) === undefined) {
    await run(commands, 'openAccount', { operator, email, masterEmail });
  }
  const account = await reads.row('accounts', { email });
  for (const [{ asset: code, scale }] of houseAssets) {
    if ((await reads.row('balances', { accountId: account!.id, asset: code })) !== undefined) continue;
    const amount = decimal(`${openingUnits}e-${scale}`);
    await run(commands, 'adjustBalance', { operator, email, asset: code, amount, direction: 'credit' });
  }
  const { apiKey, secretKey } = houseKey(name);
  await run(commands, 'createApiKey', {
    operator,
    email,
    apiKey,
    encryptedSecret: secretBox.encrypt(secretKey),
    permissions,
    ipAllowList: [],
    expiresAtMs: null,
    demo: false,
  });
}

async function run<N extends CommandName>(
  commands: Commands,
  name: N,
  input: InputOf<N>,
): Promise<ReplyOf<N>> {
  const outcome = await commands.submit(name, input);
  assert.ok('done' in outcome, `${name}: ${inspect(outcome)}`);
  return outcome.done;
}
