import { operation } from '../../operation.ts';
import { emptyList } from './empty-list.ts';

export const delistSchedule = operation({
  ...emptyList,
  id: 'delistSchedule',
  paths: ['/sapi/v1/spot/delist-schedule'],
  summary: 'Symbols that will be removed: none.',
});
