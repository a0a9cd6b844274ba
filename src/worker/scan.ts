/** What looking through blocks has come to. */
export type Scan = {
  /** Whether everything was looked through and recorded. */
  readonly complete: boolean;
  /** Whether anything of ours was in the blocks. */
  readonly found: boolean;
};
