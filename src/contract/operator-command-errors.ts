/** The errors with which the commands of operators reject; `command-errors.ts` says how errors are named. */
import type { CatalogCommandErrors } from './catalog-command-errors.ts';
import type { NoDetails, SharedCommandErrors } from './command-errors.ts';
import type { DepositStage } from './deposit-stages.ts';
import type { WithdrawalCommandErrors } from './withdrawal-command-errors.ts';

/** Why an address cannot be imported. */
export type AddressProblem =
  | 'invalid'
  | 'tag-invalid'
  | 'repeated'
  | 'imported-before'
  | 'in-use'
  /** Networks that do not share their addresses with this one have it. */
  | { readonly elsewhere: readonly string[] };

export type RefusedAddress = {
  /** The place in the list, from 0. */
  readonly index: number;
  readonly address: string;
  readonly addressTag: string;
  readonly problem: AddressProblem;
};

/** Those of access, accounts, deposits and the ledger. */
type OtherErrors = {
  /** The account, by e-mail or by number, does not exist. */
  readonly 'account-unknown': { readonly account: string | number };
  readonly 'account-exists': { readonly email: string };
  readonly 'email-invalid': { readonly email: string };
  /** A sub-account cannot have sub-accounts. */
  readonly 'master-is-sub-account': { readonly email: string };
  readonly 'permission-unknown': { readonly permission: string };
  /** The address book of the account has `maximum` entries. */
  readonly 'address-book-full': { readonly email: string; readonly maximum: number };
  /** The account has no such entry in its address book. */
  readonly 'address-book-entry-unknown': {
    readonly email: string;
    readonly asset: string;
    readonly network: string;
    readonly address: string;
  };
  readonly 'api-key-exists': { readonly apiKey: string };
  /** The change changes nothing, because it names nothing. */
  readonly 'change-empty': NoDetails;
  readonly 'deposit-unknown': { readonly id: string };
  /** Nothing was imported, because of these. */
  readonly 'addresses-refused': { readonly network: string; readonly refused: readonly RefusedAddress[] };
  /** The output of the report was never seen, or has vanished already. */
  readonly 'deposit-not-seen': {
    readonly network: string;
    readonly txId: string;
    readonly outputIndex: number;
  };
  /** The output is already recorded, and differs in this property. */
  readonly 'output-differs': {
    readonly txId: string;
    readonly outputIndex: number;
    readonly property: 'amount' | 'address' | 'addressTag';
  };
  readonly 'deposit-owned': { readonly email: string };
  readonly 'deposit-stage-wrong': { readonly id: string; readonly stage: DepositStage };
  /** The deposit is smaller than one unit of its asset. */
  readonly 'deposit-below-unit': { readonly id: string };
  /** The deposit is below the minimum, so it is not in the ledger. */
  readonly 'deposit-below-minimum': { readonly id: string };
  readonly 'deposit-unconfirmed': { readonly id: string };
  /** The block of the deposit was reorganised away. */
  readonly 'deposit-reorganised': NoDetails;
  readonly 'deposit-not-reorganised': { readonly id: string };
  /** The deposit was reorganised away, but is in another block now. */
  readonly 'deposit-in-block-again': { readonly id: string };
  /** Custody of the network has less available than the amount. */
  readonly 'custody-insufficient': { readonly asset: string; readonly network: string };
  /** The asset of the deposit is no longer defined on its network. */
  readonly 'deposit-network-undefined': { readonly asset: string; readonly network: string };
  /** The address to which a deposit would be returned. */
  readonly 'return-address-invalid': { readonly network: string };
  readonly 'return-address-tag-invalid': { readonly network: string };
  readonly 'return-address-own': NoDetails;
  readonly 'fee-precision-exceeded': { readonly asset: string; readonly scale: number };
  readonly 'fee-not-below-amount': NoDetails;
  /** A tag is part of the address; it is given apart from it. */
  readonly 'address-contains-tag': { readonly address: string };
  /** The address belongs to another account. */
  readonly 'address-taken': NoDetails;
  /** Other accounts use the address with tags. */
  readonly 'address-taken-with-tags': NoDetails;
  /** Another account uses the address without a tag. */
  readonly 'address-taken-without-tag': NoDetails;
  /** The action requires that the operator gives a reason. */
  readonly 'reason-missing': {
    readonly action: 'assign-deposit' | 'return-deposit' | 'reverse-deposit' | 'adjust-balance';
  };
  /** Only a booking that custody backs can name a network. */
  readonly 'booking-unbacked': NoDetails;
  /** Custody of the network does not back the booking: it has only `available`. */
  readonly 'custody-below-booking': {
    readonly asset: string;
    readonly network: string;
    readonly available: string;
  };
  /** The transfers are sealed up to `sealedSeq` already. */
  readonly 'seal-superseded': { readonly previousSeq: number; readonly sealedSeq: number };
  /** The key was used for a request of the operation with other content. */
  readonly 'idempotency-key-reused': { readonly key: string; readonly operation: string };
  /** The preparation of the dividend took too long; nothing was paid. */
  readonly 'dividend-abandoned': NoDetails;
  /** The event at `index`, from 0, names an account that does not exist. */
  readonly 'event-account-unknown': { readonly index: number; readonly email: string };
  readonly 'event-symbol-unknown': { readonly index: number; readonly symbol: string };
  /** A value or a time of the event is negative. */
  readonly 'event-negative': { readonly index: number };
  /** A value of the event has more than 18 decimals or 36 digits. */
  readonly 'event-too-precise': { readonly index: number };
  /** The duration of a trading lock is not an integer from 1 to `maxMs` milliseconds. */
  readonly 'lock-duration-invalid': { readonly maxMs: number };
  /** The address is not a deposit address of this exchange. */
  readonly 'deposit-address-unknown': { readonly address: string; readonly network: string };
  readonly 'ban-unknown': { readonly ip: string };
  readonly 'operator-unknown': { readonly name: string };
  readonly 'operator-exists': { readonly name: string };
  readonly 'operator-disabled': { readonly name: string };
  /** Operators cannot do this to themselves. */
  readonly 'operator-self': NoDetails;
  /** The operator is the last administrator. */
  readonly 'administrator-last': { readonly name: string };
  /** The link was used, it has expired, or another one has replaced it. */
  readonly 'link-unknown': NoDetails;
  /** The password or the passkey was checked, but is no longer valid. */
  readonly 'credential-stale': NoDetails;
  readonly 'session-unknown': { readonly id: string };
  readonly 'passkey-unknown': { readonly id: string };
  readonly 'passkey-exists': NoDetails;
  readonly 'passkey-challenge-spent': NoDetails;
  readonly 'passkeys-full': { readonly maximum: number };
  /** The operator has no password, so nobody could sign in without this passkey. */
  readonly 'passkey-last': NoDetails;
  /** A token of that name is valid. */
  readonly 'token-exists': { readonly name: string };
  readonly 'token-unknown': { readonly id: string };
};

export type OperatorCommandErrors = SharedCommandErrors &
  WithdrawalCommandErrors &
  CatalogCommandErrors &
  OtherErrors;
