/** A balance as the operations show it that say how much of it is held, and why. */
import { formatUnits } from '../contract/decimal.ts';
import { type Catalog, scaleOf } from '../domain/catalog/catalog.ts';
import type { Wallet } from '../domain/ledger/ledger.ts';
import { valueIn } from '../domain/valuation.ts';
import type { AccountBalance } from '../store/reads/balances.ts';
import type { HandlerParts } from './handler.ts';

/** Amounts as canonical text. There are no orders here, so that nothing is locked by them. */
export type BalanceView = {
  readonly asset: string;
  readonly free: string;
  readonly locked: string;
  readonly freeze: string;
  readonly withdrawing: string;
};

export function viewBalance(
  { asset, free, locked, withdrawing }: AccountBalance,
  catalog: Catalog,
): BalanceView {
  const text = (units: bigint) => formatUnits(units, scaleOf(catalog, asset));
  return { asset, free: text(free), locked: '0', freeze: text(locked), withdrawing: text(withdrawing) };
}

export const totalOf = ({ free, locked, withdrawing }: AccountBalance): bigint => free + locked + withdrawing;

/** The value of balances in another asset, by the operator's prices, as canonical text. */
export function valueOfBalances(
  quote: string,
  balances: readonly AccountBalance[],
  catalog: Catalog,
): string {
  return valueIn(
    quote,
    balances.map((balance) => ({ asset: balance.asset, units: totalOf(balance) })),
    catalog,
  );
}

/** The balances of a wallet that are above zero; with `asset` only that one, also if it is zero. */
export async function readBalances(
  { reads, catalog }: Pick<HandlerParts, 'reads' | 'catalog'>,
  accountId: number,
  wallet: Wallet,
  asset: string | undefined,
): Promise<readonly AccountBalance[]> {
  const rows = await reads.accountBalances(accountId, { wallet, asset });
  if (asset === undefined) return rows.filter((row) => totalOf(row) > 0n);
  if (rows.length > 0 || !catalog().assets.has(asset)) return rows;
  return [{ asset, wallet, free: 0n, withdrawing: 0n, locked: 0n }];
}
