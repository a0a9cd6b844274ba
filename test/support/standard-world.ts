/**
 * The plan of a small exchange for tests over HTTP: a master with two sub-accounts, assets with various rules, and large
 * balances. E-mails and keys are the same in every process, and building it again on the same data changes nothing.
 */
import { buildWorld, type Site } from './world.ts';
import { asset, network, type WorldPlan } from './world-plan.ts';

export const accountNames = ['master', 'alice', 'bob'] as const;
export type AccountName = (typeof accountNames)[number];

/** Initial units of each asset for every account. */
export const openingUnits = 10n ** 15n;

/** A larger withdrawal of BTC waits for an operator. */
export const btcApprovalUnits = 1_500_000n;

const slow = { withdrawFee: 700n, minConfirm: 2, unlockConfirm: 3 };
const approval = { autoApprovalLimit: btcApprovalUnits };

export const standardAssets: WorldPlan['assets'] = [
  [asset('ETH', [network('ETH', 'evm', slow)]), '2500'],
  [asset('XRP', [network('XRP', 'ripple', { withdrawFee: 25n })], 6), '0.6'],
  [asset('BTC', [network('BTC', 'bitcoin', { withdrawFee: 1000n })], 8, approval), '40000'],
  [asset('BNB', [network('BSC', 'evm', { withdrawFee: 5n })]), '400'],
  [asset('ADA', [network('ADA', 'cardano')], 6), '0.5'],
];
const balances = standardAssets.map(([{ asset: code, scale }]) => `${code} ${openingUnits}e-${scale}`);

const plan: WorldPlan<AccountName> = {
  assets: standardAssets,
  settings: { dustLimitBtc: null },
  accounts: {
    master: { balances },
    alice: { master: 'master', balances },
    bob: { master: 'master', balances },
  },
};

/** Addresses that belong to nobody here. */
export const outsideAddresses: Readonly<Record<string, readonly string[]>> = {
  ETH: ['0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b', '0x00000000219ab540356cbb839cbe05303d7705fa'],
  XRP: ['rEb8TK3gBgk5auZkwc6sHnwrGVJH8DuaLh'],
  BTC: ['1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2'],
  BNB: ['0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b'],
};

export const buildStandardWorld = (site: Site) => buildWorld(site, plan);
