import { operation } from '../../operation.ts';
import { noPairs } from './no-pairs.ts';

export const isolatedMarginPairs = operation({
  ...noPairs,
  id: 'isolatedMarginPairs',
  paths: ['/sapi/v1/margin/isolated/allPairs'],
  summary: 'Pairs of isolated margin trading: none.',
});
