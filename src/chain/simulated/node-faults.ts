/** A node that can be made to fail, for the lab. Operations that need only keys of the exchange work without a node. */
import { type ChainConnector, NodeFault, type NodeState } from '../port.ts';

/** @param node asked before each request to the node. */
export function withNodeFaults(
  connector: ChainConnector,
  network: string,
  node: () => Promise<NodeState>,
): ChainConnector {
  const read = async <T>(ask: () => Promise<T>): Promise<T> => {
    if ((await node()) !== 'up') throw new NodeFault('not-done', `the node of ${network} does not answer`);
    return ask();
  };
  return {
    newAddress: (rules, accountId) => connector.newAddress(rules, accountId),
    prepare: (payment) => connector.prepare(payment),
    async broadcast(signedTransactions) {
      const state = await node();
      if (state === 'not-done') throw new NodeFault(state, `the node of ${network} was not reached`);
      await connector.broadcast(signedTransactions);
      if (state === 'unknown') throw new NodeFault(state, `the answer of the node of ${network} was lost`);
    },
    find: (txIds) => read(() => connector.find(txIds)),
    findIncoming: (outputs) => read(() => connector.findIncoming(outputs)),
    confirmedBetween: (from, to) => read(() => connector.confirmedBetween(from, to)),
    positionSince: (position) => read(() => connector.positionSince(position)),
    incomingFrom: (height) => read(() => connector.incomingFrom(height)),
  };
}
