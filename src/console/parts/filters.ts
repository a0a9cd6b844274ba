/** Filters that several lists have. */
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
