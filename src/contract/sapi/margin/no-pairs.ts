import { sapi } from '../../dialect.ts';
import { Type } from '../../schema.ts';

/** There is no margin trading here, but clients such as ccxt ask for its pairs when they load the markets. */
export const noPairs = {
  dialect: sapi,
  method: 'GET',
  security: 'NONE',
  weights: { address: 1 },
  reply: Type.Array(Type.Unknown()),
} as const;
