import { coinFuturesExchangeInfo, futuresExchangeInfo } from '../../../contract/api/futures-exchange-info.ts';
import { implement } from '../../handler.ts';

export const futuresExchangeInfoHandler = implement(futuresExchangeInfo, () => ({ symbols: [] }));

export const coinFuturesExchangeInfoHandler = implement(coinFuturesExchangeInfo, () => ({ symbols: [] }));
