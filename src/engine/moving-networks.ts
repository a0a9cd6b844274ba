/**
 * The networks on which further blocks change something although nobody intervenes. Those where blocks are stopped, the
 * node fails, or every transaction is held, wait for an instruction.
 */
import type { ChainControl, Chains, OutputKey } from '../chain/port.ts';
import type { Reads } from '../store/reads.ts';
import type { Row } from '../store/tables.ts';
import { findStates, withAttempts } from '../worker/withdrawal-attempts.ts';

export type ChainView = {
  readonly reads: Reads;
  readonly chains: Chains;
  readonly control: Pick<ChainControl, 'switches' | 'allSwitches' | 'waiting'>;
};

/** The withdrawals and incoming outputs that are under way on one network. */
export type UnderWay = {
  /** Broadcast withdrawals. */
  readonly withdrawals: readonly Row<'withdrawals'>[];
  readonly incoming: readonly OutputKey[];
};

/** @throws StoreFault when the chain does not answer. */
export async function isMoving(
  { reads, chains, control }: ChainView,
  network: string,
  { withdrawals, incoming }: UnderWay,
): Promise<boolean> {
  const { auto, node } = await control.switches(network);
  if (!auto || node !== 'up') return false;
  if ((await control.waiting(network)).some(({ held }) => !held)) return true;
  const outgoing = await findStates(chains, network, await withAttempts(reads, withdrawals));
  const states = [
    ...outgoing.flatMap((each) => each.states),
    ...(await chains.of(network).findIncoming(incoming)),
  ];
  return states.some(({ state }) => state === 'confirmed');
}
