/** Adds or replaces a trading symbol. Its fees are stored as canonical decimal text. */
import { isDeepStrictEqual } from 'node:util';
import { formatDecimal, parseDecimal } from '../../contract/decimal.ts';
import type { TradingSymbol } from '../../domain/catalog/catalog.ts';
import { faultOfCode } from '../../domain/catalog/code.ts';
import type { Command } from '../../store/port.ts';
import { invalid, noAsset } from '../operator-refusal.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';

export type SymbolDefinition = { readonly operator: Operator; readonly symbol: TradingSymbol };

/** The reply is the symbol as committed. */
export const putSymbol: Command<SymbolDefinition, TradingSymbol> = {
  name: 'symbol-put',
  changesLatest: true,
  prefetch: [],
  decide({ operator, symbol: { symbol, baseAsset, quoteAsset, ...fees } }, rows, context) {
    const fault = faultOfCode('symbol', symbol);
    if (fault !== undefined) return invalid(`symbol ${symbol}: ${fault}.`);
    const stranger = [baseAsset, quoteAsset].find((asset) => !context.catalog.assets.has(asset));
    if (stranger !== undefined) return noAsset(stranger);
    if (baseAsset === quoteAsset) return invalid(`${symbol}: base and quote asset must differ.`);
    const maker = canonicalFee(fees.maker);
    const taker = canonicalFee(fees.taker);
    if (maker === null || taker === null) {
      return invalid(`${symbol}: maker and taker must be decimals of zero or more.`);
    }
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
