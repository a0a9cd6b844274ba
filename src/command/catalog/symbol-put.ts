/** Adds or replaces a trading symbol. Its fees are stored as canonical decimal text. */
import { isDeepStrictEqual } from 'node:util';
import { formatDecimal, parseDecimal } from '../../contract/decimal.ts';
import { reject } from '../../contract/errors.ts';
import type { TradingSymbol } from '../../domain/catalog/catalog.ts';
import { isCode } from '../../domain/catalog/code.ts';
import type { Command } from '../../store/port.ts';
import { noAsset } from '../operator-rejections.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';

export type SymbolDefinition = { readonly operator: Operator; readonly symbol: TradingSymbol };

type SymbolError = 'symbol-malformed' | 'symbol-assets-equal' | 'symbol-fees-invalid' | 'asset-unknown';

/** The reply is the symbol as committed. */
export const putSymbol: Command<SymbolDefinition, TradingSymbol, SymbolError> = {
  name: 'symbol-put',
  changesLatest: true,
  prefetch: [],
  decide({ operator, symbol: { symbol, baseAsset, quoteAsset, ...fees } }, rows, context) {
    if (!isCode('symbol', symbol)) return reject('symbol-malformed', { symbol });
    const stranger = [baseAsset, quoteAsset].find((asset) => !context.catalog.assets.has(asset));
    if (stranger !== undefined) return noAsset(stranger);
    if (baseAsset === quoteAsset) return reject('symbol-assets-equal', { symbol });
    const maker = canonicalFee(fees.maker);
    const taker = canonicalFee(fees.taker);
    if (maker === null || taker === null) return reject('symbol-fees-invalid', { symbol });
    const definition: TradingSymbol = { symbol, baseAsset, quoteAsset, maker, taker };
    const from = context.catalog.symbols.get(symbol) ?? null;
    if (isDeepStrictEqual(definition, from)) return { reply: definition, writes: [] };
    const work = new UnitOfWork(rows, context);
    work.write({ put: 'symbols', row: { symbol, definition } });
    work.audit(operator, 'symbol-put', symbol, { from, to: definition });
    return work.reply(definition);
  },
};

function canonicalFee(text: string): string | null {
  const fee = parseDecimal(text);
  return fee === null || fee.coefficient < 0n ? null : formatDecimal(fee);
}
