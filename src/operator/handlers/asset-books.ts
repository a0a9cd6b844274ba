import { reject } from '../../contract/errors.ts';
import * as operations from '../../contract/operator/asset-books.ts';
import { type AssetBooks, readAssetBooks } from '../../query/asset-books.ts';
import { implement, type OperatorParts } from '../handler.ts';
import { amountText } from './subject.ts';

export const getAssetBooks = implement(
  operations.getAssetBooks,
  async ({ path: { asset } }, _operator, parts) => {
    if (!parts.catalog().assets.has(asset)) return reject('asset-unknown', { asset });
    const snapshot = await parts.pace.take(() => parts.openSnapshot());
    try {
      return viewBooks(await readAssetBooks(parts.pace.of(snapshot.reads), asset), asset, parts);
    } finally {
      await snapshot.close();
    }
  },
);

function viewBooks(books: AssetBooks, asset: string, parts: OperatorParts) {
  const text = (units: bigint) => amountText(parts, asset, units);
  const { free, held, owed, holders, reorganised, places, stages } = books;
  const custody = places.reduce((sum, { available, reserved }) => sum + available + reserved, 0n);
  return {
    asset,
    liabilities: text(free + held),
    free: text(free),
    held: text(held),
    holders,
    owed: text(owed),
    custody: text(custody),
    reorganised: text(reorganised),
    difference: text(custody - reorganised - free - held),
    networks: places.map(({ network, available, reserved, waiting }) => ({
      network,
      custody: text(available + reserved),
      available: text(available),
      reserved: text(reserved),
      waiting,
    })),
    openWithdrawals: stages.map(({ amount, ...total }) => ({ ...total, amount: text(amount) })),
  };
}
