/**
 * The errors with which the commands of customers reject; `operator-command-errors.ts` has those of operators. Both speak
 * of the state and in the words of the commands: no code, no status, no text and no parameter name of an API.
 */

/** An error without details. */
export type NoDetails = Readonly<Record<string, never>>;

/** Errors of commands that customers give as well as of those that operators give. */
export type SharedCommandErrors = {
  /** The store or the chain failed before anything was done. */
  readonly 'not-done': NoDetails;
  /** The store or the chain failed, and the work may have been done. */
  readonly 'outcome-unknown': NoDetails;
  readonly 'asset-unknown': { readonly asset: string };
  /** The network is not defined, or the asset is not defined on it. Undefined: the asset is on no network. */
  readonly 'network-unknown': { readonly network: string | undefined; readonly asset?: string };
  /** `network` is absent if the asset has none. */
  readonly 'withdrawal-suspended': { readonly asset: string; readonly network?: string };
  readonly 'address-invalid': { readonly address: string; readonly network: string };
  readonly 'address-tag-invalid': { readonly addressTag: string; readonly network: string };
  /** The amount has more decimals than the asset, which has `scale`. */
  readonly 'precision-exceeded': { readonly asset: string; readonly scale: number };
  readonly 'amount-not-positive': NoDetails;
  /** The account of a withdrawal is disabled. */
  readonly 'owner-disabled': { readonly email: string | undefined };
  /**
   * The account may withdraw only to whitelisted addresses, and this one is not whitelisted. `from`: it will be at this
   * time, ms; null: at no time.
   */
  readonly 'address-not-whitelisted': {
    readonly address: string;
    readonly asset: string;
    readonly network: string;
    readonly from: number | null;
  };
  /** The travel rule of the country requires a questionnaire, which the withdrawal does not have. */
  readonly 'questionnaire-missing': { readonly country: string };
  /** The answer in `field` violates `rule`. */
  readonly 'questionnaire-invalid': { readonly field: string; readonly rule: string };
  /** The account has a quota in US dollars, and the asset no price by which it would count. */
  readonly 'price-missing': { readonly asset: string };
  /** The account owes an amount of the asset, because a deposit that it has spent was reorganised away. */
  readonly 'amount-owed': { readonly asset: string };
  /** The withdrawals of 24 hours would be worth more than the quota of the account, in US dollars. */
  readonly 'quota-exceeded': { readonly quota: string };
  /** A rule of the approval policy denies the withdrawal. */
  readonly 'withdrawal-denied': { readonly rule: string };
  /** The account has no such key. */
  readonly 'api-key-unknown': { readonly apiKey: string; readonly email: string };
  /** Neither an IP address nor a CIDR range. */
  readonly 'ip-range-invalid': { readonly range: string };
  /** The free balance is less than the amount. */
  readonly 'balance-insufficient': { readonly asset: string; readonly email: string };
};

export type CustomerCommandErrors = SharedCommandErrors & {
  /** The command could not be committed by its deadline. */
  readonly 'deadline-passed': NoDetails;
  /** A disabled account cannot move money itself. */
  readonly 'account-disabled': NoDetails;
  /** The network has no tags. */
  readonly 'address-tag-unsupported': { readonly addressTag: string; readonly network: string };
  readonly 'amount-below-minimum': { readonly minimum: string };
  readonly 'amount-not-multiple': { readonly multiple: string };
  readonly 'amount-not-above-fee': NoDetails;
  /** More than the account may withdraw in 24 hours. */
  readonly 'amount-above-maximum': NoDetails;
  /** The order id names an earlier withdrawal with other content. */
  readonly 'order-id-reused': NoDetails;
  readonly 'dust-asset-refused': { readonly asset: string };
  readonly 'dust-asset-missing': { readonly asset: string };
  readonly 'dust-assets-empty': NoDetails;
  /** `limit` in BTC. */
  readonly 'dust-too-large': { readonly asset: string; readonly limit: string };
  readonly 'dust-too-small': { readonly asset: string };
  /** `hours`: the interval that must pass between two conversions. */
  readonly 'dust-too-soon': { readonly hours: number };
  /** The account is neither the master nor one of its sub-accounts. */
  readonly 'sub-account-unrelated': NoDetails;
  readonly 'recipient-is-sender': NoDetails;
  /** The client id names an earlier transfer with other content. */
  readonly 'client-id-reused': NoDetails;
  /** The master has `maximum` sub-accounts. */
  readonly 'sub-accounts-full': { readonly maximum: number };
  /** The sub-account has `maximum` keys. */
  readonly 'api-keys-full': { readonly maximum: number };
  /** A restricted key needs an address. */
  readonly 'ip-list-empty': NoDetails;
  readonly 'ip-list-full': { readonly maximum: number };
  /** The last address cannot be removed, because a key without addresses is not restricted. */
  readonly 'ip-range-last': NoDetails;
  /** No deposit address is left for the network. */
  readonly 'deposit-address-unavailable': { readonly network: string };
  /** The address that was proposed for an account belongs to another one; the next proposal may be free. */
  readonly 'proposed-address-taken': NoDetails;
};
