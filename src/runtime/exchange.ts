/** The exchange of a process: its core, its lab and demo world, and what serves its requests. */
import type { Worker } from 'node:worker_threads';
import type { Clock } from '../clock/clock.ts';
import type { StoreLocation } from '../engine/open-store.ts';
import type { Lab } from '../lab/lab.ts';
import { AttemptLog } from '../observability/attempt-log.ts';
import type { Logger } from '../observability/log.ts';
import type { FailedSignIn } from '../operator/access/access.ts';
import type { OperatorApi } from '../operator/operator-api.ts';
import type { WrongTokens } from '../operator/wrong-tokens.ts';
import { watchAddressStock } from './address-stock-watch.ts';
import { type ApiSources, operatorOnlyParts, sharedParts } from './api-parts.ts';
import { allowsSimulation, type Config, refuseImplicitSimulation } from './config.ts';
import { type Core, openCore } from './core.ts';
import { type CustomerApi, customerApi } from './customer-listener.ts';
import { type DemoLife, startDemoWorld } from './demo-start.ts';
import { type IntegrityMemory, rememberInDatabase } from './integrity-memory.ts';
import { IntegrityWatch } from './integrity-watch.ts';
import { preloadLab, startLab } from './lab-start.ts';
import { checkMasterKey } from './master-key-check.ts';
import type { Observation, Probes } from './observation.ts';
import { openAccess } from './operator-access.ts';
import { operatorApi } from './operator-listener.ts';
import type { LazyWorlds } from './worlds/lazy-worlds.ts';

export type ExchangeParts = {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
  readonly location: StoreLocation;
  readonly observation: Observation;
  readonly wrongTokens: WrongTokens;
  /** Called when the server cannot continue. */
  readonly onFatal: (error: Error) => void;
  /** The worlds of the lab beside it. */
  readonly worlds: (opened: OpenedCore) => LazyWorlds | undefined;
};

export type OpenedCore = { readonly core: Core; readonly lab: Lab | undefined };

export type Exchange = OpenedCore & {
  readonly probes: Probes;
  readonly customers: CustomerApi;
  readonly operators: OperatorApi;
};

/**
 * Opens it; `opening` closes it.
 * @param engineThread a thread that waits for its first message, which names a store; by default one is started
 */
export async function openExchange(
  parts: ExchangeParts,
  opening: AsyncDisposableStack,
  engineThread?: Worker,
): Promise<Exchange> {
  const { config, clock, log, observation } = parts;
  preloadLab(clock);
  const core = await openCore({ ...parts, engineThread }, opening);
  const { engine, limits, secretBox } = core;
  await checkMasterKey(engine.commands, secretBox, core.newMasterKeyFile);
  const lab = await startLab(config, core, clock, log);
  const demoLife = await startDemo(core, config, clock, log);
  opening.defer(() => demoLife.stop());
  // A database of the lab or with demo keys has been refused as such by now.
  refuseImplicitSimulation(config, engine.catalog());
  opening.defer(watchAddressStock(engine, clock, log));
  const memory = rememberInDatabase(engine);
  const probes = observation.createProbes({
    engine,
    lab,
    redisDegraded: limits.redisDegraded,
    lastIntegrity: memory.last,
  });
  const sources = { core, engine, secretBox, observation, config, clock, lab, log };
  const worlds = parts.worlds({ core, lab });
  const operators = createOperatorApi(sources, memory, parts.wrongTokens, probes, worlds);
  if (config.BURSAR_INTEGRITY_MS > 0) {
    const { readPace: pace } = operators;
    const intervalMs = config.BURSAR_INTEGRITY_MS;
    const watch = new IntegrityWatch({ engine, clock, pace, memory, intervalMs, log });
    opening.defer(() => watch.stop());
  }
  return {
    core,
    lab,
    probes,
    customers: createCustomerApi(sources),
    operators,
  };
}

function startDemo(
  { engine, secretBox }: Core,
  config: Config,
  clock: Clock,
  log: Logger,
): Promise<DemoLife> {
  const { commands, chainService, leases, reads } = engine;
  const encryptSecret = (secret: string) => secretBox.encrypt(secret);
  const parts = { clock, commands, chainService, reads, encryptSecret };
  return startDemoWorld(config.BURSAR_DEMO, parts, leases, clock, log);
}

type ProcessSources = ApiSources & {
  readonly core: Core;
  readonly observation: Observation;
  readonly config: Config;
};

function createOperatorApi(
  sources: ProcessSources,
  memory: IntegrityMemory,
  wrongTokens: WrongTokens,
  probes: Probes,
  worlds: LazyWorlds | undefined,
): OperatorApi {
  const { core, observation, config, clock, log } = sources;
  return operatorApi(config, {
    ...sharedParts(sources),
    ...operatorOnlyParts(sources, memory),
    allowsSimulation: allowsSimulation(config),
    meter: observation.operators,
    wrongTokens,
    probes,
    ...openAccess(core, clock, wrongTokens, noteFailedSignIns(log, observation, clock)),
    origins: config.BURSAR_OPERATOR_ORIGINS,
    worlds,
  });
}

export function createCustomerApi(sources: ProcessSources): CustomerApi {
  const { core, observation, config } = sources;
  const { limiter } = core.limits;
  const { keys } = core.caches;
  const { customers: meter, signatures: signatureMeter } = observation;
  const { streams } = core;
  const onDenied = (rule: string) => observation.countDenial(rule);
  return customerApi(config, {
    ...sharedParts(sources),
    ...{ meter, signatureMeter, limiter, keys, streams, onDenied },
  });
}

function noteFailedSignIns(log: Logger, observation: Observation, { monotonic }: Clock) {
  const signInLog = new AttemptLog<FailedSignIn>(log, monotonic, 'failed sign-in of an operator');
  return (failure: FailedSignIn) => {
    observation.countFailedSignIn(failure.kind);
    signInLog.record(failure);
  };
}
