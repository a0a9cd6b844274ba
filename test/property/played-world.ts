/** A world of the lab that a test plays in: alone in its process, with a frozen time and everything random from a seed. */
import { mock } from 'node:test';
import type { ChainService } from '../../src/chain/service.ts';
import type { Commands } from '../../src/command/registry.ts';
import type { Catalog } from '../../src/domain/catalog/catalog.ts';
import { LocalEngine } from '../../src/engine/local-engine.ts';
import type { RawReply, RawRequest } from '../../src/http/http-message.ts';
import type { Lab } from '../../src/lab/lab.ts';
import { createLog } from '../../src/observability/log.ts';
import type { OperatorParts } from '../../src/operator/handler.ts';
import { type Config, readConfig } from '../../src/runtime/config.ts';
import { Observation } from '../../src/runtime/observation.ts';
import { createSecretBox } from '../../src/runtime/secrets.ts';
import type { Reads } from '../../src/store/reads.ts';
import { TestMachine } from './test-machine.ts';

export type PlayedWorld = {
  readonly commands: Commands;
  readonly reads: Reads;
  readonly chains: ChainService;
  readonly machine: TestMachine;
  catalog(): Catalog;
  /** The lab of the world as it is now; a restored world has another one. */
  lab(): Lab;
  operators(): OperatorParts;
  /** The time of the world, ms. */
  now(): number;
  /** Answers a request of a customer. @throws if the reply is lost */
  send(request: RawRequest): Promise<RawReply>;
  /** Resolves when everything that the commits so far have caused is done. */
  calm(): Promise<void>;
  /** A second world that continues from here. */
  fork(): Promise<PlayedWorld>;
  /** @returns its id. */
  snapshot(): Promise<string>;
  restore(snapshot: string): Promise<void>;
  /** Returns the world to its initial state. */
  reset(): Promise<void>;
  /** Closes it and opens it again. */
  sleep(): Promise<void>;
  /** The transactions of its chains that withdrawals have sent, in blocks or waiting for one. */
  sent(): Promise<readonly SentTransaction[]>;
  close(): Promise<void>;
};

export type SentTransaction = { readonly withdrawalId: string; readonly isConfirmed: boolean };

/** The parts that all worlds of a test share. */
export function playedParts() {
  const flags = [
    '--demo',
    '1',
    '--lab',
    '1',
    '--block-ms',
    '60000',
    '--weight-per-minute',
    '0',
    '--port',
    '0',
  ];
  const config: Config = readConfig(flags, {});
  const machine = new TestMachine();
  const secretBox = createSecretBox(Buffer.alloc(32, 7));
  return { config, machine, log: createLog('silent'), observation: new Observation(machine), secretBox };
}

export type PlayedParts = ReturnType<typeof playedParts>;

let opened: LocalEngine | undefined;

/** @returns the engine that was opened in the thread of the test since the last call, if any */
export function takeOpenedEngine(): LocalEngine | undefined {
  const engine = opened;
  opened = undefined;
  return engine;
}

const open = LocalEngine.open;
mock.method(LocalEngine, 'open', async (options: Parameters<typeof open>[0]) => {
  opened = await open.call(LocalEngine, options);
  return opened;
});
