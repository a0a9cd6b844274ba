import { openSymbolList } from '../../../../contract/sapi/spot/open-symbol-list.ts';
import { implement } from '../../../handler.ts';

export const openSymbolListHandler = implement(openSymbolList, () => []);
