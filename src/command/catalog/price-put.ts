/** Sets the value of one whole coin of an asset in the reference currency. Dust is converted at these prices. */

import { type Decimal, formatDecimal } from '../../contract/decimal.ts';
import { reject } from '../../contract/errors.ts';
import type { Command } from '../../store/port.ts';
import { noAsset } from '../operator-rejections.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';

export type PriceSetting = { readonly operator: Operator; readonly asset: string; readonly price: Decimal };

export const putPrice: Command<
  PriceSetting,
  { readonly asset: string; readonly price: string },
  'asset-unknown' | 'price-not-positive'
> = {
  name: 'price-put',
  changesLatest: true,
  prefetch: [],
  decide({ operator, asset, price }, rows, context) {
    if (!context.catalog.assets.has(asset)) return noAsset(asset);
    if (price.coefficient <= 0n) return reject('price-not-positive');
    const text = formatDecimal(price);
    const from = context.catalog.prices.get(asset) ?? null;
    if (from === text) return { reply: { asset, price: text }, writes: [] };
    const work = new UnitOfWork(rows, context);
    work.write({ put: 'prices', row: { asset, price: text, updatedAt: context.nowMs } });
    work.audit(operator, 'price-put', asset, { from, to: text });
    return work.reply({ asset, price: text });
  },
};
