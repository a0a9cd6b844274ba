/** The composition root of one process: the engine on its thread, the caches of the main thread, and the two listeners. */
import { existsSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import type { ChainService } from '../chain/service.ts';
import type { Clock } from '../clock/clock.ts';
import { systemClock } from '../clock/system-clock.ts';
import type { Commands } from '../command/registry.ts';
import { checkWritable } from '../engine/data-folder.ts';
import { lockDataFolder } from '../engine/data-folder-lock.ts';
import type { StoreLocation } from '../engine/open-store.ts';
import { closeToOthers } from '../engine/private-folder.ts';
import { AttemptLog } from '../observability/attempt-log.ts';
import type { Logger } from '../observability/log.ts';
import { ThrottledErrorLog } from '../observability/throttled-error-log.ts';
import { issueFirstLink } from '../operator/access/first-link.ts';
import { WrongTokens } from '../operator/wrong-tokens.ts';
import type { Reads } from '../store/reads.ts';
import type { Api, BoundListener } from './bound-listener.ts';
import type { Config } from './config.ts';
import { bindCustomerListener } from './customer-listener.ts';
import { clockOf } from './lab-start.ts';
import { Observation } from './observation.ts';
import { bindOperatorListener } from './operator-listener.ts';
import type { SecretBox } from './secrets.ts';
import { type Listeners, ServedExchange } from './served-exchange.ts';

export type Server = {
  readonly port: number;
  readonly operatorPort: number;
  readonly operatorToken: string;
  readonly commands: Commands;
  readonly chainService: ChainService;
  readonly reads: Reads;
  /** The reads for requests of operators that only read. */
  readonly limitedReads: Reads;
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
 * @param engineThread a thread that waits for its first message, which names a store; by default one is started
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
  if ('folder' in location) {
    opening.defer(lockDataFolder(location.folder));
    checkWritable(location.folder);
  }
  protectDataFolder(config.BURSAR_DATA, log);
  const observation = new Observation(clock);
  const wrongTokens = createWrongTokens(log, observation, clock);
  const starting = ServedExchange.start(
    { config, clock, log, location, observation, wrongTokens, onFatal },
    { customers, operators },
    engineThread,
  );
  const [served] = await Promise.all([starting, addRoutes({ customers, operators })]);
  opening.defer(() => served.close());
  // From here on closing starts with the listeners: first the customers', then the operator's, which answers probes until
  // then.
  binding.move();
  opening.defer(() => operators.close());
  opening.defer(() => customers.close());
  opening.defer(() => served.stop());
  log.info({ port: customers.port, operatorPort: operators.port }, 'listening');
  return serverOf(served, { customers, operators }, log, opening.move());
}

/** To be called after the engine was asked to open its store, which it does meanwhile. */
async function addRoutes({ customers, operators }: Listeners): Promise<void> {
  await turn();
  await Promise.all([customers.route(), operators.route()]);
}

function serverOf(
  served: ServedExchange,
  { customers, operators }: Listeners,
  log: Logger,
  open: AsyncDisposableStack,
): Server {
  const { operatorToken, secretBox } = served.exchange.core;
  return {
    port: customers.port,
    operatorPort: operators.port,
    operatorToken,
    get commands() {
      return served.exchange.core.engine.commands;
    },
    get chainService() {
      return served.exchange.core.engine.chainService;
    },
    get reads() {
      return served.exchange.core.engine.reads;
    },
    get limitedReads() {
      return served.exchange.core.engine.limitedReads;
    },
    secretBox,
    firstLink: () => issueFirstLink(served.exchange.operators.access),
    drain() {
      log.info('draining');
      served.exchange.probes.drain();
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

function protectDataFolder(folder: string, log: Logger): void {
  if (!existsSync(folder)) return;
  for (const { path, why } of closeToOthers(folder)) {
    log.warn({ path, why }, 'other users of this machine may be able to use a file of the data folder');
  }
}
