import { operation } from '../../operation.ts';
import { noPairs } from './no-pairs.ts';

export const marginPairs = operation({
  ...noPairs,
  id: 'marginPairs',
  paths: ['/sapi/v1/margin/allPairs'],
  summary: 'Pairs of cross margin trading: none.',
});
