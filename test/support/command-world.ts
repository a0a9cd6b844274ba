/** A small world for tests of commands: a master with two sub-accounts, a stranger, and a few assets with prices. */
import { openAccount } from '../../src/command/account/account-open.ts';
import { type DefiningAsset, type DefiningNetwork, putAsset } from '../../src/command/catalog/asset-put.ts';
import { putPrice } from '../../src/command/catalog/price-put.ts';
import { adjustBalance } from '../../src/command/ledger/balance-adjust.ts';
import { type Commands, commands } from '../../src/command/registry.ts';
import { type Decimal, parseDecimal } from '../../src/contract/decimal.ts';
import type { AddressFormat } from '../../src/domain/address/address.ts';
import type { Store } from '../../src/store/port.ts';
import { Books } from './books.ts';

export const operator = { actor: 'olga', reason: 'a test' };

/** A signal for test workers that are never stopped. */
export const neverStopping = new AbortController().signal;

export function decimal(text: string): Decimal {
  const value = parseDecimal(text);
  if (value === null) throw new Error(`'${text}' is not a decimal`);
  return value;
}

export function network(name: string, addressFormat: AddressFormat): DefiningNetwork {
  return {
    network: name,
    addressFormat,
    depositEnabled: true,
    withdrawEnabled: true,
    depositMinimum: 0n,
    withdrawFee: 0n,
    withdrawMinimum: 1n,
    withdrawMultiple: 1n,
    minConfirm: 1,
    unlockConfirm: 2,
  };
}

export function asset(code: string, networks: readonly DefiningNetwork[], scale = 8): DefiningAsset {
  return { asset: code, name: code, scale, networks, withdrawMaximumPerDay: null, autoApprovalLimit: null };
}

const assets: readonly (readonly [asset: DefiningAsset, price: string | null])[] = [
  [asset('BTC', [network('BTC', 'bitcoin')]), '40000'],
  [asset('ETH', [network('ETH', 'evm')], 18), '2500'],
  [asset('BNB', [network('BSC', 'evm')]), '400'],
  [asset('ADA', [network('ADA', 'cardano')], 6), '0.5'],
  [asset('XRP', [network('XRP', 'ripple')], 6), '0.6'],
  [asset('SKY', [network('SKY', 'opaque')]), null],
];

export class Family extends Books {
  master = 0;
  alice = 0;
  bob = 0;
  stranger = 0;

  /** Credits an account by name: `alice` is alice@example.com. */
  async credit(name: string, code: string, amount: string): Promise<void> {
    const email = `${name}@example.com`;
    const input = { operator, email, asset: code, amount: decimal(amount), direction: 'credit' } as const;
    await this.run(adjustBalance, input);
  }
}

/** @param store default: in memory. */
export async function openFamily(store?: Store): Promise<Family> {
  const family = new Family(store);
  for (const [definition, price] of assets) {
    await family.run(putAsset, { operator, asset: definition });
    if (price !== null)
      await family.run(putPrice, { operator, asset: definition.asset, price: decimal(price) });
  }
  const open = async (name: string, masterEmail?: string) =>
    (await family.run(openAccount, { operator, email: `${name}@example.com`, masterEmail })).id;
  family.master = await open('master');
  family.alice = await open('alice', 'master@example.com');
  family.bob = await open('bob', 'master@example.com');
  family.stranger = await open('stranger');
  return family;
}

/** The command port on an in-memory store; every command commits immediately. */
export function submitting(books: Books): Commands {
  return {
    async submit(name, input) {
      const [outcome] = await books.store.execute([{ command: commands[name], input }]);
      return outcome as never;
    },
  };
}
