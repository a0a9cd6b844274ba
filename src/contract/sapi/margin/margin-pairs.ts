import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { Type } from '../../schema.ts';

const none = {
  dialect: sapi,
  method: 'GET',
  security: 'NONE',
  weights: { address: 1 },
  inMaintenance: true,
  reply: Type.Array(Type.Unknown()),
} as const;

/** There is no margin trading here, but clients such as ccxt ask for its pairs when they load the markets. */
export const marginPairs = operation({
  ...none,
  id: 'marginPairs',
  paths: ['/sapi/v1/margin/allPairs'],
  summary: 'Pairs of cross margin trading: none.',
});

/** The same for isolated margin trading. */
export const isolatedMarginPairs = operation({
  ...none,
  id: 'isolatedMarginPairs',
  paths: ['/sapi/v1/margin/isolated/allPairs'],
  summary: 'Pairs of isolated margin trading: none.',
});
