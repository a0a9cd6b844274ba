/** Executes requests to the chains, and immediately records their effects in the ledger. */
import type { ChainControl, NewOutput } from '../chain/port.ts';
import type { ChainService, ReceivedDeposit } from '../chain/service.ts';
import { differs } from '../command/deposit/deposit-observe.ts';
import type { Operator } from '../command/unit-of-work.ts';
import { isRejection, type OperatorCommandErrorId, reject } from '../contract/errors.ts';
import type { Idempotency } from '../contract/idempotency.ts';
import type { Outcome } from '../store/port.ts';
import { ignoreNodeFault, outcomeUnknown, unknownIfNotDone } from './chain-changed.ts';
import { takeClaim } from './claimed-withdrawals.ts';
import { differenceOf, observe } from './deposit-observation.ts';
import { reportDeposit } from './reported-deposits.ts';
import { failWithdrawal, resendWithdrawal } from './sent-withdrawals.ts';
import { controlTransaction, reorganiseAway } from './transaction-control.ts';
import type { FailureParts } from './withdrawal-failures.ts';

type OperatorOutcome<R> = Outcome<R, OperatorCommandErrorId>;

export type ChainServiceParts = Omit<FailureParts, 'control'> & {
  readonly control: ChainControl;
  /** Settles withdrawals and credits deposits that a network's new blocks have confirmed. */
  readonly followBlocks: (network: string) => Promise<void>;
  /** Sends withdrawals that the chains do not know again. */
  readonly sweepWithdrawals: () => Promise<void>;
};

export function createChainService(parts: ChainServiceParts): ChainService {
  const { chains, control, followBlocks, sweepWithdrawals } = parts;
  const follow = (network: string) => followBlocks(network).catch(ignoreNodeFault).catch(outcomeUnknown);
  const reorganise: ChainService['reorganise'] = async (network, count, drop) => {
    const height = await control.reorganise(network, count, drop);
    if (height !== null) await follow(network);
    return height;
  };
  return {
    newAddress: (network, accountId) => chains.of(network.network).newAddress(network, accountId),
    heights: () => control.heights(),
    receiveDeposit: (output, operator, idempotency) => receiveOnce(parts, output, operator, idempotency),
    async mineBlocks(network, count) {
      const height = await control.mine(network, count);
      await follow(network);
      return height;
    },
    reorganise,
    failWithdrawal: (id, operator) => failWithdrawal(parts, id, operator),
    resendWithdrawal: (id, operator) => resendWithdrawal(parts, id, operator),
    reportDeposit: (report, operator) => reportDeposit(parts, report, operator),
    takeClaim: (claim, operator, idempotency) => takeClaim(parts, claim, operator, idempotency),
    controlTransaction: (target, action, operator) =>
      controlTransaction(
        { ...parts, follow, receive: (output) => receive(parts, output, undefined, undefined) },
        { target, action, operator },
      ),
    reorganiseAway: (target, drop) => reorganiseAway(parts, reorganise, target, drop),
    async chainState(network) {
      const heights = await control.heights();
      const height = heights.find((each) => each.network === network)?.height ?? 0;
      const waiting = await control.waiting(network);
      return { network, height, ...(await control.switches(network)), waiting };
    },
    async switchChain(network, set) {
      await control.setSwitches(network, set);
      if (set.node !== 'up') return;
      await sweepWithdrawals().catch(ignoreNodeFault).catch(outcomeUnknown);
      await follow(network);
    },
  };
}

/** Adds a deposit to the chain and records it; with an idempotency key, at most once for each key. */
async function receiveOnce(
  parts: ChainServiceParts,
  output: NewOutput,
  operator: Operator | undefined,
  idempotency: Idempotency | undefined,
): Promise<OperatorOutcome<ReceivedDeposit>> {
  if (idempotency === undefined) return receive(parts, output, operator, undefined);
  // Reserved before the chain is called, so that a request with other content under the same key has no effect there.
  const reserved = await parts.commands.submit('reserveIdempotencyKey', idempotency);
  if (!('done' in reserved)) return reserved;
  const outcome = await receive(parts, output, operator, idempotency);
  if (isRejection(outcome)) await parts.commands.submit('releaseIdempotencyKey', idempotency);
  return outcome;
}

async function receive(
  { reads, catalog, control, commands }: ChainServiceParts,
  given: NewOutput,
  operator: Operator | undefined,
  idempotency: Idempotency | undefined,
): Promise<OperatorOutcome<ReceivedDeposit>> {
  const { network } = given;
  if (catalog().connectors.get(network) === 'manual') return reject('network-manual', { network });
  const output = { outputIndex: 0, remainder: '0', ...given };
  const observation = await observe(reads, catalog(), output);
  if (observation === undefined) {
    return reject('deposit-address-unknown', { address: output.address, network: output.network });
  }
  const stored = await control.receive({ ...output, txId: observation.txId });
  if (stored === null) return reject('transaction-is-withdrawal', { txId: observation.txId });
  const difference = differenceOf(catalog(), stored, output);
  if (difference !== undefined) return differs(observation, difference);
  return unknownIfNotDone(await commands.submit('observeDeposit', { ...observation, operator, idempotency }));
}
