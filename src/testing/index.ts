/**
 * `bursar/testing`: a server with the rehearsal lab for a test suite. Runs on Node 20 and later, under any test runner.
 * docs/testing.md has examples.
 */
import { createApiClient } from './api-client.ts';
import { describeExchange } from './exchange.ts';
import { startServerProcess } from './server-process.ts';
import type { Bursar, StartOptions } from './types.ts';
import { createWorldFactory } from './world.ts';

export { type Preset, type PresetName, presets } from '../lab/presets.ts';
export { BursarError } from './bursar-error.ts';
export type {
  Advance,
  Chain,
  ChainState,
  Clock,
  ClockOptions,
  ClockState,
  ControlledTransaction,
  DueWork,
  ReorganiseOptions,
  TransactionTarget,
  WaitingTransaction,
} from './chain-types.ts';
export type { FaultEffect, FaultEnding, FaultPosition, OwnFault } from './fault-types.ts';
export type {
  ExplainedRequest,
  Fault,
  FaultConditions,
  FaultRule,
  Firing,
  Incident,
  Verdict,
} from './lab-types.ts';
export type {
  Bursar,
  Credentials,
  Deposit,
  DepositOptions,
  Exchange,
  OperatorMethod,
  StartOptions,
  World,
  WorldOptions,
} from './types.ts';
export type { ChangedBalance, ChangedMovement, Snapshot, WorldDiff } from './world-types.ts';

/** The account of the key that the server reports. */
const demoEmail = 'demo@example.com';

/**
 * Starts a server on free ports with temporary data. Start one for each test process and give each test a `world()` of
 * its own. The server ends at `stop()`, and at the latest with this process.
 * @throws BursarError with the last lines of the server's log
 */
export async function startBursar(options: StartOptions = {}): Promise<Bursar> {
  const { url, operatorUrl, operatorToken, apiKey, secretKey, stop } = await startServerProcess(options);
  const address = { url, operatorUrl, operatorToken };
  const credentials = { email: demoEmail, apiKey, secretKey };
  const createWorld = createWorldFactory(address);
  return {
    ...describeExchange(createApiClient(address), url, credentials, []),
    operatorUrl,
    operatorToken,
    world: (worldOptions = {}) => createWorld(worldOptions),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
