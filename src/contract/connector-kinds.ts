/**
 * The kinds of connector between a network and its chain. `simulated`: the server makes addresses, transactions and
 * blocks itself; nobody holds keys, and no coin moves. `manual`: people or an external signer send withdrawals and
 * report deposits.
 */
export const connectorKinds = ['simulated', 'manual'] as const;
export type ConnectorKind = (typeof connectorKinds)[number];
