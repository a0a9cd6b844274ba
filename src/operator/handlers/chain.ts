import type { DroppedTransactions } from '../../chain/port.ts';
import { unwrap } from '../../command/outcome.ts';
import type { Operator } from '../../command/unit-of-work.ts';
import { isRejection, type Rejection, reject } from '../../contract/errors.ts';
import * as operations from '../../contract/operator/chain.ts';
import { StoreFault } from '../../store/port.ts';
import { implement, type OperatorParts } from '../handler.ts';

export const mineBlocks = implement(operations.mineBlocks, ({ body: { network, count } }, operator, parts) =>
  mineAs(operator, parts, network, count),
);

/** Adds blocks to a chain, on behalf of an operator. */
export async function mineAs(operator: Operator, parts: OperatorParts, network: string, count: number) {
  const refused = refuseUnsimulated(network, parts);
  if (refused !== undefined) return refused;
  // The audit record comes first, because blocks cannot be removed and a crash must not leave them unrecorded.
  const action = { operator, action: 'chain-mine', subject: network, details: { count } };
  const recorded = unwrap(await parts.commands.submit('recordAudit', action));
  if (isRejection(recorded)) return recorded;
  return { network, height: await parts.chainService.mineBlocks(network, count).catch(outcomeUnknown) };
}

export const reorganiseChain = implement(
  operations.reorganiseChain,
  async ({ body: { network, count, dropDeposits = false } }, operator, parts) =>
    reorganiseAs(operator, parts, { network, count, drop: dropDeposits ? 'incoming' : 'none' }),
);

type Reorganisation = {
  readonly network: string;
  readonly count: number;
  readonly drop: DroppedTransactions;
};

/** Takes the last blocks off a chain, on behalf of an operator. */
export async function reorganiseAs(
  operator: Operator,
  parts: OperatorParts,
  { network, count, drop }: Reorganisation,
) {
  const refused = refuseUnsimulated(network, parts);
  if (refused !== undefined) return refused;
  const heights = await parts.chainService.heights();
  const known = heights.find((each) => each.network === network)?.height ?? 0;
  if (count > known) return tooFew(network, known);
  const action = { operator, action: 'chain-reorganise', subject: network, details: { count, drop } };
  const recorded = unwrap(await parts.commands.submit('recordAudit', action));
  if (isRejection(recorded)) return recorded;
  const height = await parts.chainService.reorganise(network, count, drop).catch(outcomeUnknown);
  return height === null ? tooFew(network, known) : { network, height };
}

function tooFew(network: string, height: number) {
  return reject('blocks-too-few', { network, height });
}

/** The audit entry is already committed, so the fault must not report that nothing was done. */
function outcomeUnknown(error: unknown): never {
  throw error instanceof StoreFault ? new StoreFault('unknown', error.message, error) : error;
}

export const listChains = implement(operations.listChains, async (_input, _operator, parts) => {
  const heights = new Map(
    (await parts.chainService.heights()).map(({ network, height }) => [network, height]),
  );
  const networks = [...new Set([...networksOf(parts), ...heights.keys()])].sort();
  return { networks: networks.map((network) => ({ network, height: heights.get(network) ?? 0 })) };
});

/** The networks that are simulated, and on which there are assets. */
export function networksOf({ catalog }: OperatorParts): ReadonlySet<string> {
  const { assets, connectors } = catalog();
  const named = [...assets.values()].flatMap((asset) => asset.networks.map((each) => each.network));
  return new Set(named.filter((network) => connectors.get(network) === 'simulated'));
}

/** @returns undefined if the network is simulated. */
export function refuseUnsimulated(
  network: string,
  parts: OperatorParts,
): Rejection<'network-manual' | 'network-unknown'> | undefined {
  if (networksOf(parts).has(network)) return undefined;
  const isManual = parts.catalog().connectors.get(network) === 'manual';
  return reject(isManual ? 'network-manual' : 'network-unknown', { network });
}
