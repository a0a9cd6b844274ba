import { isolatedMarginPairs } from '../../../../contract/sapi/margin/isolated-margin-pairs.ts';
import { implement } from '../../../handler.ts';

export const isolatedMarginPairsHandler = implement(isolatedMarginPairs, () => []);
