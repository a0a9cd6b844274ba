import { isRejection } from '../../../../contract/errors.ts';
import { sapiTradeFee } from '../../../../contract/sapi/asset/trade-fee.ts';
import { implement } from '../../../handler.ts';
import { symbolsNamed } from '../../../symbols-named.ts';

export const sapiTradeFeeHandler = implement(sapiTradeFee, ({ symbol }, _caller, { catalog }) => {
  const symbols = symbolsNamed(symbol, catalog());
  if (isRejection(symbols)) return symbols;
  return symbols.map(({ symbol: name, maker, taker }) => ({
    symbol: name,
    makerCommission: maker,
    takerCommission: taker,
  }));
});
