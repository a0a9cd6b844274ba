/** The chains under the conformance suite, each with its own database. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { IncomingOutput, Payment, PreparedTransaction, TransactionState } from '../../src/chain/port.ts';
import { PostgresSimulatedChain } from '../../src/chain/simulated/postgres-simulated-chain.ts';
import type { SimulatedChains } from '../../src/chain/simulated/simulated-chains.ts';
import { prepareTransaction } from '../../src/chain/simulated/simulated-transaction.ts';
import { SqliteChains } from '../../src/chain/simulated/sqlite-chains.ts';
import { SqliteSimulatedChain } from '../../src/chain/simulated/sqlite-simulated-chain.ts';
import { type AddressFormat, defaultTagRule } from '../../src/domain/address/address.ts';
import { rulesOf } from '../../src/domain/address/published-addresses.ts';
import type { Network } from '../../src/domain/catalog/network.ts';
import { databaseAt } from '../support/database-at.ts';
import { type PostgresCluster, skipWithoutPostgres, startPostgres } from '../support/postgres.ts';
import { announceSeed } from '../support/seed.ts';

export type Kind = 'SQLite in memory' | 'SQLite on disk' | 'SQLite on its own thread' | 'PostgreSQL';

export type ClosableChain = SimulatedChains & { close(): void | Promise<void> };

/** A database, and the chains opened on it: on PostgreSQL several at once, like several processes. */
export type Site = {
  /** The path of the file, or the URL of the database. */
  readonly location: string;
  open(): Promise<ClosableChain>;
  closeChains(): Promise<void>;
  close(): Promise<void>;
};

let cluster: PostgresCluster | undefined;
after(() => cluster?.stop());

async function sharedCluster(): Promise<PostgresCluster> {
  cluster ??= await startPostgres();
  return cluster;
}

export async function openSite(kind: Kind): Promise<Site> {
  const isFile = kind === 'SQLite on disk' || kind === 'SQLite on its own thread';
  const folder = isFile ? mkdtempSync(join(tmpdir(), 'bursar-chain-')) : undefined;
  const location = await locationOf(kind, folder);
  const chains: ClosableChain[] = [];
  const closeChains = async () => {
    for (const chain of chains.splice(0)) await chain.close();
  };
  return {
    location,
    closeChains,
    async open() {
      const chain = await openChain(kind, location);
      chains.push(chain);
      return chain;
    },
    async close() {
      await closeChains();
      if (folder !== undefined) rmSync(folder, { recursive: true });
    },
  };
}

async function openChain(kind: Kind, location: string): Promise<ClosableChain> {
  if (kind === 'PostgreSQL') return PostgresSimulatedChain.open(databaseAt(location));
  if (kind !== 'SQLite on its own thread') return new SqliteSimulatedChain(location);
  const chains = new SqliteChains(location, { underLoad: 1 });
  // The first transaction starts the thread.
  await chains.chains.broadcast('OTHER', [prepareTransaction(paymentOf('first')).signedTransaction]);
  await chains.ready;
  return { ...chains.chains, close: () => chains.close() };
}

async function locationOf(kind: Kind, folder: string | undefined): Promise<string> {
  if (kind === 'PostgreSQL') return (await sharedCluster()).createDatabase();
  return folder === undefined ? ':memory:' : join(folder, 'chain.sqlite');
}

const everywhere: readonly Kind[] = [
  'SQLite in memory',
  'SQLite on disk',
  'SQLite on its own thread',
  'PostgreSQL',
];
export const lasting: readonly Kind[] = ['SQLite on disk', 'SQLite on its own thread', 'PostgreSQL'];
export const manyProcesses: readonly Kind[] = ['PostgreSQL'];

/** Runs a test on every chain, or on the given kinds. */
export function conformance(
  title: string,
  run: (chain: ClosableChain, site: Site) => Promise<void>,
  kinds: readonly Kind[] = everywhere,
): void {
  for (const kind of kinds) {
    test(`${kind}: ${title}`, { skip: kind === 'PostgreSQL' && skipWithoutPostgres }, async (t) => {
      announceSeed(t, 'chain');
      const site = await openSite(kind);
      try {
        await run(await site.open(), site);
      } finally {
        await site.close();
      }
    });
  }
}

export const network = 'ETH';
export const range = (count: number) => Array.from({ length: count }, (_, index) => index);
export const namesOf = (count: number, prefix = 'w') => range(count).map((index) => `${prefix}${index}`);

export function paymentOf(withdrawalId: string, more: Partial<Payment> = {}): Payment {
  const to = { rules: { addressFormat: 'evm' as const }, asset: 'ETH', address: '0xabc', addressTag: '' };
  return { withdrawalId, earlier: [], network, ...to, amount: 5n, ...more };
}

export function incoming(txId: string, more: Partial<IncomingOutput> = {}): IncomingOutput {
  const output = { txId, outputIndex: 0, asset: 'ETH' };
  return { network, ...output, address: '0xdef', addressTag: '', amount: 7n, remainder: '0', ...more };
}

/** A network with the default tags of its format. */
export function networkOf(code: string, addressFormat: AddressFormat, addressGroup = code): Network {
  return { network: code, ...rulesOf(addressFormat), tag: defaultTagRule(addressFormat), addressGroup };
}

/** The transactions of a withdrawal that is sent several times. */
export function attemptsOf(withdrawalId: string, count: number): readonly PreparedTransaction[] {
  const attempts: PreparedTransaction[] = [];
  while (attempts.length < count) {
    const earlier = attempts.map(({ txId }) => txId);
    attempts.push(prepareTransaction(paymentOf(withdrawalId, { earlier })));
  }
  return attempts;
}

/** Prepares and broadcasts. @returns the transaction ids. */
export async function send(
  chain: SimulatedChains,
  ...withdrawalIds: readonly string[]
): Promise<readonly string[]> {
  const prepared = withdrawalIds.map((id) => prepareTransaction(paymentOf(id)));
  await chain.broadcast(
    network,
    prepared.map((each) => each.signedTransaction),
  );
  return prepared.map((each) => each.txId);
}

export async function statesOf(
  chain: SimulatedChains,
  txIds: readonly string[],
  on = network,
): Promise<readonly string[]> {
  return (await chain.find(on, txIds)).map(describeState);
}

/** States of the first outputs of incoming transactions. */
export async function incomingStatesOf(
  chain: SimulatedChains,
  txIds: readonly string[],
  on = network,
): Promise<readonly string[]> {
  return (
    await chain.findIncoming(
      on,
      txIds.map((txId) => incoming(txId)),
    )
  ).map(describeState);
}

export function describeState(each: TransactionState): string {
  if (each.state === 'confirmed') return `confirmed ${each.confirmations}`;
  return each.state === 'failed' ? `failed ${each.failure}` : each.state;
}
