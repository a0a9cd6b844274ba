import { operation } from '../../operation.ts';
import { emptyList } from './empty-list.ts';

export const openSymbolList = operation({
  ...emptyList,
  id: 'openSymbolList',
  paths: ['/sapi/v1/spot/open-symbol-list'],
  summary: 'Symbols that will open: none.',
});
