/** Filters that several lists have. */
import { movementStages } from '../../contract/movement-stages.ts';
import { text } from '../texts.ts';
import type { Filter } from './list-page.ts';

export const emailFilter: Filter = { name: 'account', label: text.common.customer };
export const placeFilters: readonly Filter[] = [
  { name: 'asset', label: text.common.asset },
  { name: 'network', label: text.common.network },
];
export const timeFilters: readonly Filter[] = [
  { name: 'startTime', label: text.common.from, isTime: true },
  { name: 'endTime', label: text.common.to, isTime: true },
];
export const amountFilters: readonly Filter[] = [
  { name: 'minAmount', label: text.common.smallest },
  { name: 'maxAmount', label: text.common.largest },
];
export const nameFilters: readonly Filter[] = [
  { name: 'address', label: text.common.address },
  { name: 'txId', label: text.common.transaction },
  { name: 'orderId', label: text.common.order },
];
/** By the withdrawal or the deposit that a row belongs to. */
export const movementFilters: readonly Filter[] = [
  ...placeFilters,
  { name: 'stage', label: text.common.stage, options: movementStages },
  ...nameFilters,
  ...amountFilters,
];
