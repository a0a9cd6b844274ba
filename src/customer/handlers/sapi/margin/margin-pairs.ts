import { marginPairs } from '../../../../contract/sapi/margin/margin-pairs.ts';
import { implement } from '../../../handler.ts';

export const marginPairsHandler = implement(marginPairs, () => []);
