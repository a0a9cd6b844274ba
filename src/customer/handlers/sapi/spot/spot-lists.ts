import { assetTags, delistSchedule, openSymbolList } from '../../../../contract/sapi/spot/spot-lists.ts';
import { implement } from '../../../handler.ts';

export const delistScheduleHandler = implement(delistSchedule, () => []);

export const openSymbolListHandler = implement(openSymbolList, () => []);

export const assetTagsHandler = implement(assetTags, () => []);
