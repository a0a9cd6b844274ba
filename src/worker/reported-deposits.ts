/** Records deposits of manual networks as operators and external signers report them. */
import type { DepositReport, ReceivedDeposit } from '../chain/service.ts';
import type { DepositReply } from '../command/deposit/deposit-reply.ts';
import type { Operator } from '../command/unit-of-work.ts';
import { type OperatorCommandErrorId, reject } from '../contract/errors.ts';
import type { Outcome } from '../store/port.ts';
import { unknownIfNotDone } from './chain-changed.ts';
import { observe } from './deposit-observation.ts';
import type { WorkerParts } from './worker-parts.ts';

/** Reports without a height are all in one block. */
const unknownHeight = 0;

type Parts = Pick<WorkerParts, 'reads' | 'commands' | 'catalog'>;

/**
 * The output is recorded once, and then has the confirmations of the latest report. If the process ends in between, the
 * report was not answered, and the same one again completes it.
 */
export async function reportDeposit(
  parts: Parts,
  report: DepositReport,
  operator: Operator,
): Promise<Outcome<ReceivedDeposit, OperatorCommandErrorId>> {
  const { output, gone } = report;
  const { reads, commands, catalog } = parts;
  const { network, address } = output;
  if (catalog().connectors.get(network) !== 'manual') return reject('network-simulated', { network });
  if (gone && report.confirmations > 0) return reject('report-contradictory');
  const observation = await observe(reads, catalog(), output);
  if (observation === undefined) return reject('deposit-address-unknown', { address, network });
  const { txId, outputIndex, asset } = observation;
  const known = await reads.row('deposits', { network, txId, outputIndex, asset });
  // A vanished deposit would continue if it were observed again.
  if (gone && (known === undefined || known.stage === 'vanished'))
    return reject('deposit-not-seen', { network, txId, outputIndex });
  const observed = await commands.submit('observeDeposit', { ...observation, operator });
  if (!('done' in observed)) return observed;
  const { id, email, deposit } = observed.done;
  const followed = await follow(parts, deposit, report, operator);
  if (followed === undefined) return { done: { id, email, deposit } };
  const outcome = unknownIfNotDone(await followed);
  return 'done' in outcome ? { done: { id, email, deposit: outcome.done } } : outcome;
}

/** @returns undefined if the deposit is as reported. */
function follow(
  { commands }: Parts,
  { id, blockHeight: before }: DepositReply,
  { confirmations, blockHeight = unknownHeight, gone }: DepositReport,
  operator: Operator,
) {
  if (gone) return commands.submit('reorganiseDeposit', { id, waits: false });
  if (confirmations > 0)
    return commands.submit('confirmReportedDeposit', { id, confirmations, blockHeight, operator });
  return before === null ? undefined : commands.submit('reorganiseDeposit', { id, waits: true });
}
