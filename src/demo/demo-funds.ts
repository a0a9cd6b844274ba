/** Balances of the demo world: transactions on the simulated chains, mined until the amounts are free. */

import { createHash } from 'node:crypto';
import { present } from '../boundary/present.ts';
import { deriveTransactionId } from '../domain/address/address.ts';
import type { Network } from '../domain/catalog/network.ts';
import { type DemoAccount, demoCredits, demoMaster, demoSubAccounts } from './demo-accounts.ts';
import { demoAssets, demoNetworks, demoUnits } from './demo-assets.ts';
import {
  accountIdOf,
  type DemoParts,
  demoDecimal,
  demoOperator as operator,
  submitDemo,
  together,
} from './demo-parts.ts';

const maxRounds = 10;

export async function fundAccounts(parts: DemoParts): Promise<void> {
  await together([demoMaster, ...demoSubAccounts].map((account) => depositAll(parts, account)));
  await mineUntilFree(parts);
  await together(demoCredits.map((credit) => creditOnce(parts, credit)));
}

async function depositAll(parts: DemoParts, { email, deposits }: DemoAccount): Promise<void> {
  const accountId = await accountIdOf(parts, email);
  // Networks of a group share an address, which must not be created twice.
  const byGroup = Map.groupBy(deposits, ([, network]) => demoNetworkNamed(network).addressGroup);
  await together(
    [...byGroup.values()].map(([first]) => {
      const [asset, network] = present(first);
      return demoAddress(parts, accountId, asset, network);
    }),
  );
  await together(deposits.map((each) => deposit(parts, accountId, ...each)));
}

/** The account's deposit address, created on the first request. */
export async function demoAddress(parts: DemoParts, accountId: number, asset: string, network: string) {
  const rules = demoNetworkNamed(network);
  const where = { accountId, addressGroup: rules.addressGroup };
  const issued = await parts.reads.row('deposit_addresses', where);
  if (issued !== undefined) return { address: issued.address, addressTag: issued.addressTag };
  const proposed = await parts.chainService.newAddress(rules, accountId);
  if (proposed === null) throw new Error(`the chain of ${network} gives no addresses`);
  return submitDemo(parts, 'issueDepositAddress', { accountId, asset, network, proposed });
}

function demoNetworkNamed(code: string): Network {
  const network = demoNetworks.find((each) => each.network === code);
  if (network === undefined) throw new Error(`the demo world has no network ${code}`);
  return network;
}

/** The transaction id is derived from the payment, so repeating the call yields the same deposit. */
async function deposit(
  parts: DemoParts,
  accountId: number,
  asset: string,
  network: string,
  amount: string,
): Promise<void> {
  const seed = createHash('sha256')
    .update(JSON.stringify(['demo deposit', accountId, asset, network]))
    .digest();
  const txId = deriveTransactionId(demoNetworkNamed(network), seed);
  if ((await parts.reads.row('deposits', { network, txId })) !== undefined) return;
  const to = await demoAddress(parts, accountId, asset, network);
  const transaction = { network, txId, asset, ...to, amount: demoUnits(amount) };
  const outcome = await parts.chainService.receiveDeposit(transaction);
  if (!('done' in outcome)) throw new Error(`a demo deposit did not arrive: ${JSON.stringify(outcome)}`);
}

async function mineUntilFree(parts: DemoParts): Promise<void> {
  const assetNetworks = demoAssets.flatMap((asset) => asset.networks);
  await together(
    [...Map.groupBy(assetNetworks, (assetNetwork) => assetNetwork.network)].map(([network, group]) =>
      mineNetworkUntilFree(parts, network, Math.max(...group.map(({ unlockConfirm }) => unlockConfirm))),
    ),
  );
}

async function mineNetworkUntilFree(parts: DemoParts, network: string, depth: number): Promise<void> {
  for (let round = 0; (await parts.reads.depositsInProgress(network, 0, 1)).length > 0; round++) {
    if (round === maxRounds) throw new Error(`the demo deposits on ${network} did not become free`);
    await parts.chainService.mineBlocks(network, depth);
  }
}

async function creditOnce(
  parts: DemoParts,
  { email, asset, amount }: { email: string; asset: string; amount: string },
): Promise<void> {
  const accountId = await accountIdOf(parts, email);
  const balance = await parts.reads.row('balances', { accountId, asset });
  if (balance !== undefined && balance.free > 0n) return;
  await creditDemo(parts, email, asset, amount);
}

export async function creditDemo(
  parts: DemoParts,
  email: string,
  asset: string,
  amount: string,
): Promise<void> {
  await submitDemo(parts, 'adjustBalance', {
    operator,
    email,
    asset,
    amount: demoDecimal(amount),
    direction: 'credit',
  });
}
