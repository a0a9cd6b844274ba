/** The simulated chains of a database, and the connector of one of them. */
import { onlyRow } from '../../boundary/selected.ts';
import type { Network } from '../../domain/catalog/network.ts';
import type {
  ChainConnector,
  ChainControl,
  ChainPosition,
  ChainSwitches,
  IncomingOutput,
  NodeState,
  OutputKey,
  PreparedTransaction,
  ProposedAddress,
  TransactionState,
} from '../port.ts';
import { prepareTransaction } from './simulated-transaction.ts';

/** The methods of `ChainConnector`, for all networks of one database. */
export type SimulatedChains = ChainControl & {
  /** Always the same for the same account and group. */
  newAddress(network: Network, accountId: number): Promise<ProposedAddress>;
  broadcast(network: string, signedTransactions: readonly string[]): Promise<void>;
  find(network: string, txIds: readonly string[]): Promise<readonly TransactionState[]>;
  findIncoming(network: string, outputs: readonly OutputKey[]): Promise<readonly TransactionState[]>;
  confirmedBetween(network: string, fromHeight: number, toHeight: number): Promise<readonly string[]>;
  height(network: string): Promise<number>;
  positionSince(network: string, position: string | null): Promise<ChainPosition>;
  incomingFrom(network: string, height: number): Promise<readonly IncomingOutput[]>;
};

/** @param stored undefined if the network was never switched. */
export function switchesOf(stored: object | undefined): ChainSwitches {
  if (stored === undefined) return { auto: true, node: 'up' };
  const { auto, node } = onlyRow<{ readonly auto: number; readonly node: NodeState }>(stored);
  return { auto: auto === 1, node };
}

export function simulatedConnector(chains: SimulatedChains, network: string): ChainConnector {
  return {
    newAddress: (rules: Network, accountId) => chains.newAddress(rules, accountId),
    /** The same payment always yields the same transaction. */
    prepare: async (payment): Promise<PreparedTransaction> => prepareTransaction(payment),
    broadcast: (signedTransactions) => chains.broadcast(network, signedTransactions),
    find: (txIds) => chains.find(network, txIds),
    findIncoming: (outputs) => chains.findIncoming(network, outputs),
    confirmedBetween: (from, to) => chains.confirmedBetween(network, from, to),
    positionSince: (position) => chains.positionSince(network, position),
    incomingFrom: (height) => chains.incomingFrom(network, height),
  };
}
