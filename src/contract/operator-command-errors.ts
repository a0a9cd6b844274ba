/** The errors with which the commands of operators reject; `command-errors.ts` says how errors are named. */
import type { ChangeKind } from './approval-terms.ts';
import type { NoDetails, SharedCommandErrors } from './command-errors.ts';
import type { DefinitionProblem } from './definition-problems.ts';
import type { DepositStage } from './deposit-stages.ts';
import type { WaitingReason, WithdrawalStage } from './withdrawal-stages.ts';

/** What depends on the rules of a network: how many of each, counted up to `countedUpTo`. */
export type NetworkUse = {
  readonly withdrawals: number;
  readonly deposits: number;
  readonly addresses: number;
  readonly countedUpTo: number;
};

type WrongStage = {
  readonly id: string;
  readonly stage: WithdrawalStage;
  readonly allowed: readonly WithdrawalStage[];
};

/** Why an address cannot be imported. */
export type AddressProblem = 'invalid' | 'tag-invalid' | 'repeated' | 'imported-before' | 'in-use';

export type RefusedAddress = {
  /** The place in the list, from 0. */
  readonly index: number;
  readonly address: string;
  readonly addressTag: string;
  readonly problem: AddressProblem;
};

export type OperatorCommandErrors = SharedCommandErrors & {
  /** By e-mail, or by number. */
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
  readonly 'withdrawal-unknown': { readonly id: string };
  /** The withdrawal must be in one of the stages `allowed`. */
  readonly 'withdrawal-stage-wrong': WrongStage;
  /** People can no longer decide, or not yet, on the withdrawal. */
  readonly 'withdrawal-undecidable': WrongStage;
  /** This person may not approve the withdrawal. */
  readonly 'approval-refused': {
    readonly id: string;
    readonly why:
      | 'approved-already'
      | 'created-key'
      | 'edited-entry'
      | 'role-missing'
      | 'not-a-person'
      /** The bootstrap token has opened the access lately. */
      | 'unconfirmed'
      /** The session, the token or the roles have changed since the request arrived. */
      | 'access-changed';
    /** The role that approvers need. */
    readonly role: string | null;
  };
  /** By the approval policy, changes of this kind must be proposed, and approved by another person. */
  readonly 'second-person-needed': { readonly kind: ChangeKind };
  readonly 'proposal-unknown': { readonly id: string };
  readonly 'proposal-decided': { readonly id: string; readonly state: 'approved' | 'rejected' };
  /** This person may not approve the proposed change. */
  readonly 'proposal-refused': {
    readonly id: string;
    readonly why:
      | 'proposer'
      | 'not-a-person'
      | 'role-missing'
      | 'unconfirmed'
      | 'access-changed'
      /** The operator who proposed it may no longer do so. */
      | 'proposer-not-allowed'
      /** It would change nothing. */
      | 'change-empty';
    readonly role: string | null;
  };
  /** A rule of an approval policy is not valid. */
  readonly 'approval-rule-invalid': {
    /** The place in the list of rules, from 0. */
    readonly index: number;
    readonly problem:
      | { readonly kind: 'name-used'; readonly name: string }
      | { readonly kind: 'asset-unknown'; readonly asset: string }
      | { readonly kind: 'value-superfluous'; readonly change: string }
      | { readonly kind: 'approvers-missing' | 'approvers-superfluous' };
  };
  /** An operator has decided that the withdrawal fails. */
  readonly 'withdrawal-failing': { readonly id: string };
  readonly 'withdrawal-not-failing': { readonly id: string };
  /** A further transaction was added meanwhile. */
  readonly 'withdrawal-sent-again': { readonly id: string };
  /** The chain has confirmed one of its transactions. */
  readonly 'withdrawal-confirmed': { readonly id: string };
  /** The transaction that the chain confirmed is not one of this withdrawal. */
  readonly 'withdrawal-transaction-unknown': { readonly id: string };
  /** The server was started without simulated networks. */
  readonly 'simulation-refused': { readonly network: string };
  /** The network is manual: nothing of it is simulated, and the server sends nothing there. */
  readonly 'network-manual': { readonly network: string };
  /** The network is simulated: nobody claims its withdrawals, and nothing is reported for it. */
  readonly 'network-simulated': { readonly network: string };
  /** The withdrawal is claimed until `expiresAt`, ms. */
  readonly 'withdrawal-claimed': {
    readonly id: string;
    readonly owner: string;
    readonly generation: number;
    readonly expiresAt: number;
  };
  /** The withdrawal cannot be sent now, so nobody can claim it. */
  readonly 'withdrawal-unsendable': { readonly id: string; readonly reason: WaitingReason };
  /** Why this operator cannot use the claim of the withdrawal. */
  readonly 'claim-refused': {
    readonly id: string;
    readonly why: 'not-claimed' | 'other-owner' | 'other-generation' | 'expired' | 'not-a-person';
  };
  /** Nothing was imported, because of these. */
  readonly 'addresses-refused': { readonly network: string; readonly refused: readonly RefusedAddress[] };
  /** The output of the report was never seen, or has vanished already. */
  readonly 'deposit-not-seen': {
    readonly network: string;
    readonly txId: string;
    readonly outputIndex: number;
  };
  /** A transaction that is gone has no confirmations. */
  readonly 'report-contradictory': NoDetails;
  /** Not a transaction id of the network. `rule` says what one is. */
  readonly 'transaction-id-invalid': {
    readonly txId: string;
    readonly network: string;
    readonly rule: string;
  };
  /** The transaction is one of another withdrawal. */
  readonly 'transaction-taken': { readonly txId: string };
  /** The transaction is recorded as a deposit. */
  readonly 'transaction-is-deposit': { readonly txId: string };
  /** Another transaction, `txId`, was reported for the withdrawal. */
  readonly 'transaction-reported': { readonly id: string; readonly txId: string };
  /** Other bytes were reported for the transaction. */
  readonly 'transaction-differs': { readonly txId: string };
  /** Nothing is sent during maintenance. */
  readonly 'sending-suspended': NoDetails;
  /** The address of the withdrawal belongs to this exchange, which cannot credit the asset there now. */
  readonly 'recipient-not-creditable': { readonly address: string; readonly asset: string };
  /** The transaction pays withdrawals of this exchange, so it is no deposit. */
  readonly 'transaction-is-withdrawal': { readonly txId: string };
  /** No transaction with this id waits for a block of the network. */
  readonly 'transaction-not-waiting': { readonly network: string; readonly txId: string };
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
  /** No account has a balance of the asset. */
  readonly 'asset-not-held': { readonly asset: string };
  /** The preparation of the dividend took too long; nothing was paid. */
  readonly 'dividend-abandoned': NoDetails;
  readonly 'price-not-positive': NoDetails;
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
  readonly 'asset-invalid': { readonly asset: string; readonly problem: DefinitionProblem };
  /** The scale of an asset never changes; it has `scale`. */
  readonly 'asset-scale-fixed': { readonly asset: string; readonly scale: number };
  /** The definition of an asset sets a rule of a network, which is `value` for all assets. */
  readonly 'network-rule-fixed': { readonly network: string; readonly rule: string; readonly value: unknown };
  readonly 'network-invalid': { readonly network: string; readonly problem: DefinitionProblem };
  /** The rules of the network differ from those of `network`, which is in the same address group. */
  readonly 'group-rules-differ': { readonly network: string; readonly addressGroup: string };
  /** The connector of the network differs from that of `network`, which is in the same address group. */
  readonly 'group-connectors-differ': { readonly network: string; readonly addressGroup: string };
  /** The explorer of that network has the same domain. */
  readonly 'explorer-shared': { readonly network: string; readonly domain: string };
  /** The address rules of a network in use cannot change. */
  readonly 'network-in-use': { readonly network: string; readonly use: NetworkUse };
  /** A network cannot be removed from an asset that uses it. */
  readonly 'asset-network-in-use': {
    readonly asset: string;
    readonly network: string;
    readonly use: NetworkUse;
  };
  /** A complete definition does not name a field that is set. */
  readonly 'definition-incomplete': {
    readonly kind: 'asset' | 'network';
    readonly code: string;
    readonly field: string;
  };
  readonly 'symbol-malformed': { readonly symbol: string };
  /** Base and quote asset are the same. */
  readonly 'symbol-assets-equal': { readonly symbol: string };
  /** A fee is not a decimal of zero or more. */
  readonly 'symbol-fees-invalid': { readonly symbol: string };
  readonly 'system-status-unknown': NoDetails;
  /** Not a decimal greater than zero. */
  readonly 'dust-limit-invalid': NoDetails;
  /** addressPoolMinimum is not an integer of zero or more. */
  readonly 'pool-minimum-invalid': NoDetails;
  /** The setting is not an integer from 0 to `maximum` hours. */
  readonly 'interval-invalid': { readonly setting: string; readonly maximum: number };
  readonly 'operator-unknown': { readonly name: string };
  readonly 'operator-exists': { readonly name: string };
  readonly 'operator-disabled': { readonly name: string };
  /** Nobody does this to themselves. */
  readonly 'operator-self': NoDetails;
  /** Without the operator, there would be no administrator. */
  readonly 'administrator-last': { readonly name: string };
  /** It was used, it has expired, or another one has replaced it. */
  readonly 'link-unknown': NoDetails;
  /** The password or the passkey was checked, but is no longer valid. */
  readonly 'credential-stale': NoDetails;
  readonly 'session-unknown': { readonly id: string };
  readonly 'passkey-unknown': { readonly id: string };
  readonly 'passkey-exists': NoDetails;
  readonly 'passkeys-full': { readonly maximum: number };
  /** The operator has no password, so nobody could sign in without this passkey. */
  readonly 'passkey-last': NoDetails;
  /** A token of that name is valid. */
  readonly 'token-exists': { readonly name: string };
  readonly 'token-unknown': { readonly id: string };
};
