/** Plans of worlds (`world.ts`), and the values used in plans and commands. */
import type { AccountOpening } from '../../src/command/account/account-open.ts';
import type { AccountChange } from '../../src/command/account/account-update.ts';
import type { ApiKeyCreation } from '../../src/command/account/api-key-create.ts';
import type { DefiningAsset, DefiningNetwork } from '../../src/command/catalog/asset-put.ts';
import type { SettingsChange } from '../../src/command/settings/settings-put.ts';
import { type Decimal, parseDecimal } from '../../src/contract/decimal.ts';
import type { AddressFormat } from '../../src/domain/address/address.ts';
import type { TradingSymbol } from '../../src/domain/catalog/catalog.ts';

export type Credentials = { readonly apiKey: string; readonly secretKey: string };

/** The content of a world, in the order in which it is made. */
export type WorldPlan<N extends string = string> = {
  /** Each asset with its price in USD, or null. */
  readonly assets: readonly (readonly [asset: DefiningAsset, price: string | null])[];
  readonly symbols?: readonly TradingSymbol[];
  readonly settings?: SettingsChange['settings'];
  readonly accounts: Readonly<Record<N, AccountPlan<NoInfer<N>>>>;
};

export type AccountPlan<N extends string = string> = {
  /** Default: `name@example.com`. */
  readonly email?: string;
  readonly master?: N;
  readonly mobile?: string;
  readonly googleAuth?: boolean;
  /** Amounts to be credited, such as `ETH 1.5`. */
  readonly balances?: readonly string[];
  /** Deposit addresses. */
  readonly addresses?: readonly AddressPlan[];
  /** Default, on a server: a key with all permissions. */
  readonly key?: KeyPlan | null;
  /** Applied last. */
  readonly change?: Omit<AccountChange, 'operator' | 'email'>;
};

type AddressPlan = {
  readonly asset: string;
  readonly network: string;
  readonly address: string;
  readonly addressTag?: string;
};

export type KeyPlan = Partial<
  Pick<ApiKeyCreation, 'apiKey' | 'permissions' | 'ipAllowList' | 'expiresAtMs'> & { secretKey: string }
>;

export type AccountDetails = Omit<AccountOpening, 'operator' | 'email'>;

/** Checks that masters are accounts of the plan. */
export function worldPlan<N extends string>(plan: WorldPlan<N>): WorldPlan<N> {
  return plan;
}

/** The operator that the audit trail names. */
export const operator = { actor: 'olga', reason: 'a test' };

export function decimal(text: string): Decimal {
  const value = parseDecimal(text);
  if (value === null) throw new Error(`'${text}' is not a decimal`);
  return value;
}

/** A network without fees and limits, where a deposit is credited after one block and free after two. */
export function network(
  name: string,
  addressFormat: AddressFormat,
  terms: Partial<DefiningNetwork> = {},
): DefiningNetwork {
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
    ...terms,
  };
}

export function asset(
  code: string,
  networks: readonly DefiningNetwork[],
  scale = 8,
  terms: Partial<Pick<DefiningAsset, 'withdrawMaximumPerDay' | 'autoApprovalLimit'>> = {},
): DefiningAsset {
  return {
    asset: code,
    name: code,
    scale,
    networks,
    withdrawMaximumPerDay: null,
    autoApprovalLimit: null,
    ...terms,
  };
}
