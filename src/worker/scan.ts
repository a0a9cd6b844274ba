/** The result of scanning blocks. */
export type Scan = {
  /** Whether all blocks were scanned and everything in them was recorded. */
  readonly complete: boolean;
  /** Whether the blocks contained deposits or withdrawals of this exchange. */
  readonly found: boolean;
};
