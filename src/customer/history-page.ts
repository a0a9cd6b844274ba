import type { Operation } from '../contract/operation.ts';
import type { HistoryPage, Page } from '../store/reads/page.ts';

/** A page in the order of the operation. */
export function historyPage({ order }: Pick<Operation, 'order'>, page: Page): HistoryPage {
  return { ...page, newestFirst: order === 'newest first' };
}
