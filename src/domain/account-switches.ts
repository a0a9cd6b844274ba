/** Switches that the owner of an account turns. They are stored, but nothing here depends on them. */
export type AccountSwitches = {
  /** Whether fees of trading are paid in BNB. */
  readonly spotBnbBurn: boolean;
  /** Whether interest is paid in BNB. */
  readonly interestBnbBurn: boolean;
  /** Whether withdrawals to other customers are made at once and without a fee. */
  readonly fastWithdraw: boolean;
};

const initially: AccountSwitches = { spotBnbBurn: false, interestBnbBurn: false, fastWithdraw: false };

/** The switches of an account, which has no row until one of them has been turned. */
export function switchesOf(row: AccountSwitches | undefined): AccountSwitches {
  const { spotBnbBurn, interestBnbBurn, fastWithdraw } = row ?? initially;
  return { spotBnbBurn, interestBnbBurn, fastWithdraw };
}
