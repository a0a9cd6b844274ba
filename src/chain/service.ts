/** The operations on chains that operators and customers ask for. They take effect in the exchange immediately. */
import type { OperatorCommandErrorId } from '../contract/errors.ts';
import type { Idempotency } from '../contract/idempotency.ts';
import type { ClaimState, WithdrawalStage } from '../contract/withdrawal-stages.ts';
import type { Outcome } from '../store/port.ts';
import type { Row } from '../store/tables.ts';
import type {
  ChainConnector,
  ChainControl,
  ChainSwitches,
  DroppedTransactions,
  IncomingOutput,
  NewOutput,
  OutputKey,
  WaitingTransaction,
} from './port.ts';

/** A deposit that was recorded because its output was put on the simulated chain. */
export type ReceivedDeposit = {
  readonly id: string;
  /** The e-mail of the owner; null if the deposit has none, or if it was not an operator who asked. */
  readonly email: string | null;
  /** As committed; `amount` in units. */
  readonly deposit: Omit<Row<'deposits'>, 'seq' | 'amount'> & { readonly amount: string };
  /** This is the stored reply to an earlier request, and nothing was done. */
  readonly replayed?: true;
};

/** A report of an output on a manual network. */
export type DepositReport = {
  readonly output: IncomingOutput;
  readonly confirmations: number;
  /** The height of its block, if that is known. */
  readonly blockHeight?: number | undefined;
  /** Whether the chain does not know it any more. */
  readonly gone: boolean;
};

/** A claim of a withdrawal. Times in ms. */
export type TakenClaim = {
  /** Id of the withdrawal. */
  readonly id: string;
  readonly generation: number;
  readonly owner: string;
  readonly state: ClaimState;
  readonly claimedAt: number;
  readonly expiresAt: number;
  readonly stage: WithdrawalStage;
  /** The latest transaction; "" if there is none. */
  readonly txId: string;
  /** This is the stored reply to an earlier request, and nothing was done. */
  readonly replayed?: true;
};

export type TransactionTarget =
  | { readonly network: string; readonly txId: string }
  /** `network` absent: the network of the withdrawal. */
  | { readonly network?: string; readonly withdrawalId: string };

export const transactionActions = ['hold', 'release', 'drop', 'fail', 'replace'] as const;
export type TransactionAction = (typeof transactionActions)[number];

/** The transaction that an action concerned; after `replace`, the new one. */
export type ControlledTransaction = {
  readonly network: string;
  readonly txId: string;
  readonly withdrawalId: string | null;
};

export type ChainState = ChainSwitches & {
  readonly network: string;
  /** The number of blocks. */
  readonly height: number;
  readonly waiting: readonly WaitingTransaction[];
};

export type ChainService = {
  newAddress: ChainConnector['newAddress'];
  /** Puts an output on the simulated chain and records it as a deposit, with the operator as actor. */
  receiveDeposit(
    output: NewOutput,
    operator?: { readonly actor: string; readonly reason: string },
    idempotency?: Idempotency,
  ): Promise<Outcome<ReceivedDeposit, OperatorCommandErrorId>>;
  /** Mines blocks and processes their effects. @returns the height. */
  mineBlocks(network: string, count: number): Promise<number>;
  /**
   * Makes the simulated chain drop a withdrawal's transactions unless one is confirmed.
   * @returns the withdrawal as it was committed.
   */
  failWithdrawal(
    id: string,
    operator: { readonly actor: string; readonly reason: string },
  ): Promise<Outcome<Row<'withdrawals'>, OperatorCommandErrorId>>;
  /**
   * Sends a further transaction for a withdrawal that was broadcast; only one of its transactions can be confirmed.
   * @returns the withdrawal as it was committed.
   */
  resendWithdrawal(
    id: string,
    operator: { readonly actor: string; readonly reason: string },
  ): Promise<Outcome<Row<'withdrawals'>, OperatorCommandErrorId>>;
  /**
   * Applies an action to a transaction that waits for a block, and processes the effects. A withdrawal is named
   * instead of its latest transaction, which may be sent only later. A withdrawal is replaced by a further
   * transaction of its own, a transaction of others by one with another id that pays the same.
   */
  controlTransaction(
    target: TransactionTarget,
    action: TransactionAction,
    operator: { readonly actor: string; readonly reason: string },
  ): Promise<Outcome<ControlledTransaction, OperatorCommandErrorId>>;
  /** Records a report of an output on a manual network. @returns the deposit as it was committed. */
  reportDeposit(
    report: DepositReport,
    operator: { readonly actor: string; readonly reason: string },
  ): Promise<Outcome<ReceivedDeposit, OperatorCommandErrorId>>;
  /** Claims a withdrawal of a manual network; one that cannot be sent now waits instead. */
  takeClaim(
    claim: { readonly id: string; readonly leaseMs: number },
    operator: { readonly actor: string; readonly reason: string },
    idempotency?: Idempotency,
  ): Promise<Outcome<TakenClaim, OperatorCommandErrorId>>;
  /** Removes blocks from a simulated chain and processes the effects. */
  reorganise: ChainControl['reorganise'];
  /**
   * Removes the blocks from that of a transaction on, and processes the effects.
   * @returns whether it was in a block.
   */
  reorganiseAway(
    target: { readonly network: string } & OutputKey,
    drop: DroppedTransactions,
  ): Promise<boolean>;
  chainState(network: string): Promise<ChainState>;
  /** When a node is up again, withdrawals that did not reach it are sent again, and its blocks are followed. */
  switchChain(network: string, set: Partial<ChainSwitches>): Promise<void>;
  heights: ChainControl['heights'];
};
