/** Pages and ranges of reads. */
export type Page = { readonly limit: number; readonly offset: number };

/** Rows in the order of a number: only those behind the one with this number, or all. */
export type KeyedPage = Page & { readonly behind?: number | undefined };

/** A page of a history: the newest rows first, or oldest first. */
export type HistoryPage = Page & { readonly newestFirst?: boolean };

/** Time range, ms, inclusive. */
export type Range = { readonly from?: number | undefined; readonly to?: number | undefined };

export type Counted<T> = { readonly rows: readonly T[]; readonly total: number };
