/** The core of one process: the engine on its thread, the caches of the main thread, the limiter and the secrets. */
import type { Worker } from 'node:worker_threads';
import type { Clock } from '../clock/clock.ts';
import { EngineLink } from '../engine/engine-link.ts';
import type { EngineListener, EnginePort } from '../engine/engine-port.ts';
import type { StoreLocation } from '../engine/open-store.ts';
import type { Logger } from '../observability/log.ts';
import { ThrottledErrorLog } from '../observability/throttled-error-log.ts';
import { feedLimits } from '../store/feed-limits.ts';
import { Caches } from './caches.ts';
import { type Config, hasLab } from './config.ts';
import { type Limits, openLimits } from './limits.ts';
import type { Observation } from './observation.ts';
import { createSecretBox, deriveKey, loadSecrets, type SecretBox } from './secrets.ts';
import { Streams } from './streams.ts';

export type Core = {
  readonly engine: EnginePort;
  readonly caches: Caches;
  readonly streams: Streams;
  readonly limits: Limits;
  readonly operatorToken: string;
  /** Signs what the operator API has issued and does not store. */
  readonly accessKey: Buffer;
  readonly secretBox: SecretBox;
  readonly newMasterKeyFile: string | undefined;
};

export type CoreOptions = {
  readonly config: Config;
  readonly clock: Clock;
  readonly location: StoreLocation;
  readonly log: Logger;
  readonly observation: Observation;
  /** Called when the server cannot continue. */
  readonly onFatal: (error: Error) => void;
  /** A thread that waits for its first message, which names a store; by default one is started. */
  readonly engineThread?: Worker | undefined;
};

/** Opens the core; `opening` closes it. */
export async function openCore(options: CoreOptions, opening: AsyncDisposableStack): Promise<Core> {
  const { config, clock, location, log } = options;
  let caches: Caches | undefined;
  let streams: Streams | undefined;
  const engine = await EngineLink.start({
    clock,
    location,
    blockMs: config.BURSAR_BLOCK_MS,
    lab: hasLab(config),
    thread: options.engineThread,
    ...createEngineListener(options),
    onChanged(tables, named) {
      const read = caches?.onChanged(named);
      const ended = streams?.onChanged(tables, named);
      return read && ended ? Promise.all([read, ended]) : (read ?? ended);
    },
  });
  opening.defer(async () => {
    // The engine may still report changes while it is closing, but can no longer be read.
    caches = undefined;
    await streams?.stop();
    streams = undefined;
    await engine.close();
  });
  // After the store is open, so that a start that fails to open it leaves no secrets behind.
  const { operatorToken, masterKey, newMasterKeyFile } = loadSecrets(config.BURSAR_DATA, {
    operatorToken: config.BURSAR_OPERATOR_TOKEN,
    masterKey: config.BURSAR_MASTER_KEY,
  });
  const secretBox = createSecretBox(masterKey, config.BURSAR_OTHER_MASTER_KEY);
  const { commands, leases, reads } = engine;
  const limits = await openLimits({ config, commands, leases, clock, log });
  opening.defer(() => limits.close());
  caches = await Caches.load({
    reads,
    limiter: limits.limiter,
    clock,
    decryptSecret: (encrypted) => secretBox.decrypt(encrypted),
    isTrusted: () => (engine.feedAgeMs() ?? 0) <= feedLimits.trustedMs,
  });
  opening.defer(caches.readKeysAhead());
  streams = openStreams(engine, caches, options);
  const accessKey = deriveKey(masterKey, 'access of operators');
  return { engine, caches, streams, limits, operatorToken, accessKey, secretBox, newMasterKeyFile };
}

function openStreams(
  engine: EnginePort,
  { keys }: Caches,
  { clock, log, observation }: CoreOptions,
): Streams {
  const faultLog = new ThrottledErrorLog(log, clock.monotonic);
  const { streams: meter, methods: methodMeter } = observation;
  const onFault = (error: unknown) => faultLog.log('balance streams', String(error));
  return new Streams({ engine, clock, keys, meter, methodMeter, onFault });
}

function createEngineListener({
  clock,
  log,
  observation,
  onFatal,
}: CoreOptions): Omit<EngineListener, 'onChanged'> {
  const faultLog = new ThrottledErrorLog(log, clock.monotonic);
  return {
    onFault: (what, message) => {
      observation.countFault(what);
      faultLog.log(what, message);
    },
    onFeedChange(isReceiving) {
      if (isReceiving)
        log.info('changes of other processes are received again: keys and settings are cached');
      else
        log.warn('changes of other processes are not received: keys and settings are read for each request');
    },
    onFatal: (error) => {
      log.fatal(error, 'a bug stops this process');
      onFatal(error);
    },
  };
}
