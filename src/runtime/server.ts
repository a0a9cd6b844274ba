/** The composition root of one process: the engine on its thread, the caches of the main thread, and the two listeners. */
import { existsSync } from 'node:fs';
import type { Worker } from 'node:worker_threads';
import type { ChainService } from '../chain/service.ts';
import type { Clock } from '../clock/clock.ts';
import { LabClock } from '../clock/lab-clock.ts';
import { systemClock } from '../clock/system-clock.ts';
import type { Commands } from '../command/registry.ts';
import { lockDataFolder } from '../engine/data-folder-lock.ts';
import type { StoreLocation } from '../engine/open-store.ts';
import { closeToOthers } from '../engine/private-folder.ts';
import { AttemptLog } from '../observability/attempt-log.ts';
import type { Logger } from '../observability/log.ts';
import { ThrottledErrorLog } from '../observability/throttled-error-log.ts';
import type { FailedSignIn } from '../operator/access/access.ts';
import { issueFirstLink } from '../operator/access/first-link.ts';
import type { OperatorApi } from '../operator/operator-api.ts';
import { WrongTokens } from '../operator/wrong-tokens.ts';
import type { Reads } from '../store/reads.ts';
import { watchAddressStock } from './address-stock-watch.ts';
import { type ApiSources, operatorOnlyParts, sharedParts } from './api-parts.ts';
import type { Api, BoundListener } from './bound-listener.ts';
import { allowsSimulation, type Config, refuseImplicitSimulation } from './config.ts';
import { type Core, openCore } from './core.ts';
import { bindCustomerListener, type CustomerApi, customerApi } from './customer-listener.ts';
import { type DemoLife, startDemoWorld } from './demo-start.ts';
import { clockOf, preloadLab, startLab } from './lab-start.ts';
import { checkMasterKey } from './master-key-check.ts';
import { Observation, type Probes } from './observation.ts';
import { openAccess } from './operator-access.ts';
import { bindOperatorListener, operatorApi as makeOperatorApi } from './operator-listener.ts';
import type { SecretBox } from './secrets.ts';
import { LazyWorlds } from './worlds/lazy-worlds.ts';
import { hasWorldFolders } from './worlds/world-folders.ts';

export type Server = {
  readonly port: number;
  readonly operatorPort: number;
  readonly operatorToken: string;
  readonly commands: Commands;
  readonly chainService: ChainService;
  readonly reads: Reads;
  readonly secretBox: SecretBox;
  /** The secret of a one-time link that creates the first administrator; undefined if there is one. */
  firstLink(): Promise<string | undefined>;
  /** From now on it is not ready, and each reply closes its connection; all requests are still answered. */
  drain(): void;
  /** Completes requests and commits in progress, and closes the files. */
  close(): Promise<void>;
};

/**
 * Starts everything; resolves when both listeners serve requests. A start that fails leaves nothing open.
 * @param onFatal called when the server cannot continue. Known outcomes have been answered, but the replies made of them may
 * not have been sent yet.
 * @param engineThread waits to be given a store; by default one is started
 * @param clock of `clockOf`
 */
export async function startServer(
  config: Config,
  log: Logger,
  onFatal: (error: Error) => void,
  engineThread?: Worker,
  clock = clockOf(config, systemClock),
): Promise<Server> {
  await using opening = new AsyncDisposableStack();
  await using binding = new AsyncDisposableStack();
  const { customers, operators } = await bindListeners(config, clock, log, binding);
  const location = locationOf(config);
  if ('folder' in location) opening.defer(lockDataFolder(location.folder));
  protectDataFolder(config.BURSAR_DATA, log);
  const observation = new Observation(clock);
  preloadLab(clock);
  const core = await openCore({ config, clock, location, log, observation, onFatal, engineThread }, opening);
  const { engine, limits } = core;
  refuseImplicitSimulation(config, engine.catalog());
  opening.defer(watchAddressStock(engine, clock, log));
  await checkMasterKey(engine.commands, core.secretBox, core.newMasterKeyFile);
  const lab = await startLab(config, core, clock, log);
  const demoLife = await startDemo(core, config, clock, log);
  opening.defer(() => demoLife.stop());
  const probes = observation.createProbes({ engine, lab, redisDegraded: limits.redisDegraded });
  const { secretBox } = core;
  const sources = { core, engine, secretBox, observation, config, clock, lab, log };
  const main = createCustomerApi(sources);
  const worlds =
    lab && clock instanceof LabClock
      ? new LazyWorlds(
          {
            ...{ config, machine: systemClock, log, observation, secretBox },
            exchange: { engine, clock, lab, location },
          },
          (route) => customers.serve({ ...main, ...route(main) }),
        )
      : undefined;
  opening.defer(() => worlds?.close());
  const operatorApi = createOperatorApi(sources, probes, worlds);
  operators.serve(operatorApi);
  // Loading worlds serves the API too, so that their keys are known to the first request.
  if (worlds !== undefined && hasWorldFolders(config.BURSAR_DATA)) await worlds.get();
  else customers.serve(main);
  // From here on closing starts with the listeners: first the customers', then the operator's, which answers probes until
  // then.
  binding.move();
  opening.defer(() => operators.close());
  opening.defer(() => customers.close());
  opening.defer(() => {
    lab?.stop();
    return worlds?.stop();
  });
  log.info({ port: customers.port, operatorPort: operators.port }, 'listening');
  return serverOf(core, { customers, operators, operatorApi, probes, log }, opening.move());
}

type Served = {
  readonly customers: BoundListener<CustomerApi>;
  readonly operators: BoundListener<OperatorApi>;
  readonly operatorApi: OperatorApi;
  readonly probes: Probes;
  readonly log: Logger;
};

function serverOf(core: Core, served: Served, open: AsyncDisposableStack): Server {
  const { customers, operators, operatorApi, probes, log } = served;
  const { commands, chainService, reads } = core.engine;
  return {
    port: customers.port,
    operatorPort: operators.port,
    operatorToken: core.operatorToken,
    commands,
    chainService,
    reads,
    secretBox: core.secretBox,
    firstLink: () => issueFirstLink(operatorApi.access),
    drain() {
      log.info('draining');
      probes.drain();
      for (const listener of [customers, operators]) listener.startDraining();
    },
    async close() {
      await open.disposeAsync();
      log.info('stopped');
    },
  };
}

export function locationOf(config: Pick<Config, 'DATABASE_URL' | 'BURSAR_DATA'>): StoreLocation {
  return config.DATABASE_URL === null ? { folder: config.BURSAR_DATA } : { postgres: config.DATABASE_URL };
}

async function bindListeners(config: Config, clock: Clock, log: Logger, binding: AsyncDisposableStack) {
  const shortages = new ThrottledErrorLog(log, clock.monotonic, 'warn');
  const onShortage = (message: string) => shortages.log('connections', message);
  const bind = async <A extends Api>(listener: Promise<BoundListener<A>>) =>
    binding.adopt(await listener, (each) => each.close());
  const customers = await bind(bindCustomerListener(config, clock, onShortage));
  const operators = await bind(bindOperatorListener(config, clock, onShortage));
  return { customers, operators };
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
  probes: Probes,
  worlds: LazyWorlds | undefined,
): OperatorApi {
  const { core, observation, config, clock, log } = sources;
  const wrongTokens = createWrongTokens(log, observation, clock);
  return makeOperatorApi(config, {
    ...sharedParts(sources),
    ...operatorOnlyParts(sources),
    allowsSimulation: allowsSimulation(config),
    meter: observation.operators,
    wrongTokens,
    probes,
    ...openAccess(core, clock, wrongTokens, noteFailedSignIns(log, observation, clock)),
    origins: config.BURSAR_OPERATOR_ORIGINS,
    worlds,
  });
}

function createCustomerApi(sources: ProcessSources): CustomerApi {
  const { core, observation, config } = sources;
  const { limiter } = core.limits;
  const { keys } = core.caches;
  const { customers: meter, signatures: signatureMeter } = observation;
  const { streams } = core;
  return customerApi(config, { ...sharedParts(sources), meter, signatureMeter, limiter, keys, streams });
}

function createWrongTokens(log: Logger, observation: Observation, { monotonic }: Clock): WrongTokens {
  const wrongTokenLog = new AttemptLog<{ readonly ip: string }>(log, monotonic, 'wrong operator token');
  return new WrongTokens({
    time: monotonic,
    onWrongToken(ip) {
      observation.countWrongToken();
      wrongTokenLog.record({ ip });
    },
  });
}

function noteFailedSignIns(log: Logger, observation: Observation, { monotonic }: Clock) {
  const signInLog = new AttemptLog<FailedSignIn>(log, monotonic, 'failed sign-in of an operator');
  return (failure: FailedSignIn) => {
    observation.countFailedSignIn(failure.kind);
    signInLog.record(failure);
  };
}

function protectDataFolder(folder: string, log: Logger): void {
  if (!existsSync(folder)) return;
  for (const { path, why } of closeToOthers(folder)) {
    log.warn({ path, why }, 'other users of this machine may be able to use a file of the data folder');
  }
}
