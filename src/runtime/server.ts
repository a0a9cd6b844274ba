/** The composition root of one process: the engine on its thread, the caches of the main thread, and the two listeners. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import type { ChainService } from '../chain/port.ts';
import type { Clock } from '../clock/clock.ts';
import { systemClock } from '../clock/system-clock.ts';
import type { Commands } from '../command/registry.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import { lockDataFolder } from '../engine/data-folder-lock.ts';
import { EngineLink } from '../engine/engine-link.ts';
import type { EngineListener, EnginePort } from '../engine/engine-port.ts';
import type { StoreLocation } from '../engine/open-store.ts';
import { closeToOthers } from '../engine/private-folder.ts';
import { reportOn } from '../maintenance/integrity-report.ts';
import type { Logger } from '../observability/log.ts';
import { ThrottledErrorLog } from '../observability/throttled-error-log.ts';
import { WrongTokenLog } from '../observability/wrong-token-log.ts';
import { WrongTokens } from '../operator/wrong-tokens.ts';
import { feedLimits } from '../store/feed-limits.ts';
import type { Reads } from '../store/reads.ts';
import { Caches } from './caches.ts';
import type { Config } from './config.ts';
import { bindCustomerListener, customerEdge } from './customer-listener.ts';
import { startDemoWorld } from './demo-start.ts';
import { type Limits, openLimits } from './limits.ts';
import { checkMasterKey } from './master-key-check.ts';
import { Observation } from './observation.ts';
import { bindOperatorListener, operatorEdge } from './operator-listener.ts';
import { createSecretBox, loadSecrets, type SecretBox } from './secrets.ts';

export type Server = {
  readonly port: number;
  readonly operatorPort: number;
  readonly operatorToken: string;
  readonly commands: Commands;
  readonly chainService: ChainService;
  readonly reads: Reads;
  readonly secretBox: SecretBox;
  /** From now on it is not ready, and each reply closes its connection; all requests are still answered. */
  drain(): void;
  /** Completes requests and commits in progress, and closes the files. */
  close(): Promise<void>;
};

/**
 * Starts everything; resolves when both listeners serve requests. A start that fails leaves nothing open.
 * @param onFatal called when the server cannot continue. Known outcomes have been answered, but the replies made of them may
 * not have been sent yet.
 */
export async function startServer(
  config: Config,
  log: Logger,
  onFatal: (error: Error) => void,
): Promise<Server> {
  await using opening = new AsyncDisposableStack();
  await using binding = new AsyncDisposableStack();
  const shortages = new ThrottledErrorLog(log, systemClock.monotonic, 'warn');
  const onShortage = (message: string) => shortages.log('connections', message);
  const customers = binding.adopt(await bindCustomerListener(config, systemClock, onShortage), (each) =>
    each.close(),
  );
  const operators = binding.adopt(await bindOperatorListener(config, systemClock, onShortage), (each) =>
    each.close(),
  );
  const location = locationOf(config);
  if ('folder' in location) opening.defer(lockDataFolder(location.folder));
  protectDataFolder(config.BURSAR_DATA, log);
  const observation = new Observation(systemClock);
  const startEngine = (onChanged: EngineListener['onChanged']) =>
    EngineLink.start({
      clock: systemClock,
      location,
      blockMs: config.BURSAR_BLOCK_MS,
      ...createEngineListener(log, observation, onFatal),
      onChanged,
    });
  const core = await openCore(config, startEngine, log, opening);
  const { engine, caches, limits, operatorToken, secretBox, newMasterKeyFile } = core;
  const { commands, chainService, leases, reads } = engine;
  await checkMasterKey(commands, secretBox, newMasterKeyFile);
  const sealSecret = (secret: string) => secretBox.seal(secret);
  const demoLife = await startDemoWorld(
    config.BURSAR_DEMO,
    { clock: systemClock, commands, chainService, reads, sealSecret },
    leases,
    systemClock,
    log,
  );
  opening.defer(() => demoLife.stop());
  const shared: SharedParts = {
    reads,
    commands,
    chainService,
    catalog: () => engine.catalog(),
    clock: systemClock,
    onBug: (error) => reportBug(log, error),
  };
  const probes = observation.createProbes({ engine, redisDegraded: limits.redisDegraded });
  operators.serve(
    operatorEdge({
      ...shared,
      meter: observation.operators,
      wrongTokens: createWrongTokens(log, observation),
      probes,
      token: operatorToken,
      sealSecret,
      openSecret: (sealed) => secretBox.open(sealed),
      resealed: (sealed) => secretBox.resealed(sealed),
      openSnapshot: () => engine.openSnapshot(),
      yieldNow: () => turn(),
      integrity: async () => reportOn(await engine.openSnapshot()),
    }),
  );
  const { limiter } = limits;
  customers.serve(
    customerEdge(config, { ...shared, meter: observation.customers, limiter, keys: caches.keys }),
  );
  // From here on closing starts with the listeners: first the customers', then the operator's, which answers probes until
  // then.
  binding.move();
  opening.defer(() => operators.close());
  opening.defer(() => customers.close());
  const { port } = customers;
  const operatorPort = operators.port;
  log.info({ port, operatorPort }, 'listening');
  const open = opening.move();
  return {
    port,
    operatorPort,
    operatorToken,
    commands,
    chainService,
    reads,
    secretBox,
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

type Core = {
  readonly engine: EnginePort;
  readonly caches: Caches;
  readonly limits: Limits;
  readonly operatorToken: string;
  readonly secretBox: SecretBox;
  readonly newMasterKeyFile: string | undefined;
};

/** Opens the engine and the caches of the main thread. */
async function openCore(
  config: Config,
  startEngine: (onChanged: EngineListener['onChanged']) => Promise<EnginePort>,
  log: Logger,
  opening: AsyncDisposableStack,
): Promise<Core> {
  let caches: Caches | undefined;
  const engine = await startEngine((tables) => caches?.onChanged(tables));
  opening.defer(() => {
    // The engine may still report changes while it is closing, but can no longer be read.
    caches = undefined;
    return engine.close();
  });
  // After the store is open, so that a start that fails to open it leaves no secrets behind.
  const { operatorToken, masterKey, newMasterKeyFile } = loadSecrets(config.BURSAR_DATA, {
    operatorToken: config.BURSAR_OPERATOR_TOKEN,
    masterKey: config.BURSAR_MASTER_KEY,
  });
  const secretBox = createSecretBox(masterKey, config.BURSAR_OTHER_MASTER_KEY);
  const { commands, leases, reads } = engine;
  const limits = await openLimits({ config, commands, leases, clock: systemClock, log });
  opening.defer(() => limits.close());
  caches = await Caches.load({
    reads,
    limiter: limits.limiter,
    clock: systemClock,
    openSecret: (sealed) => secretBox.open(sealed),
    isTrusted: () => (engine.feedAgeMs() ?? 0) <= feedLimits.trustedMs,
  });
  return { engine, caches, limits, operatorToken, secretBox, newMasterKeyFile };
}

type SharedParts = {
  readonly reads: Reads;
  readonly commands: Commands;
  readonly chainService: ChainService;
  readonly catalog: () => Catalog;
  readonly clock: Clock;
  readonly onBug: (error: unknown) => string;
};

function createEngineListener(
  log: Logger,
  observation: Observation,
  onFatal: (error: Error) => void,
): Omit<EngineListener, 'onChanged'> {
  const faultLog = new ThrottledErrorLog(log, systemClock.monotonic);
  return {
    onFault: (what, message) => {
      observation.countFault(what);
      faultLog.log(what, message);
    },
    onHearing(hears) {
      if (hears) log.info('changes of other processes are received again: keys and settings are cached');
      else
        log.warn('changes of other processes are not received: keys and settings are read for each request');
    },
    onFatal: (error) => {
      log.fatal(error, 'a bug stops this process');
      onFatal(error);
    },
  };
}

function createWrongTokens(log: Logger, observation: Observation): WrongTokens {
  const wrongTokenLog = new WrongTokenLog(log, systemClock.monotonic);
  return new WrongTokens({
    time: systemClock.monotonic,
    onWrongToken(ip) {
      observation.countWrongToken();
      wrongTokenLog.record(ip);
    },
  });
}

function protectDataFolder(folder: string, log: Logger): void {
  if (!existsSync(folder)) return;
  for (const { path, why } of closeToOthers(folder)) {
    log.warn({ path, why }, 'other users of this machine may be able to use a file of the data folder');
  }
}

/** @returns the incident id for the reply; the log has the cause. */
function reportBug(log: Logger, error: unknown): string {
  const incident = randomUUID();
  log.error({ incident, err: error }, 'bug');
  return incident;
}
