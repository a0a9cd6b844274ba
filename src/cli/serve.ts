/** The process of `bursar start`, from its configuration to its end. */
import { resolve } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { systemClock } from '../clock/system-clock.ts';
import { describeStart } from '../demo/banner.ts';
import { demoMaster } from '../demo/demo-accounts.ts';
import { hasDemoKeys } from '../demo/demo-world.ts';
import { createLog } from '../observability/log.ts';
import { allowsSimulation, type Config, hasLab } from '../runtime/config.ts';
import { clockOf } from '../runtime/lab-start.ts';
import { operatorTokenFile } from '../runtime/secrets.ts';
import { type Server, startServer } from '../runtime/server.ts';
import { readVersion } from '../runtime/version.ts';
import { keepCompiledCode } from '../store/compiled-code.ts';
import { releaseCompilers, releaseYoungGenerations } from '../store/start-memory.ts';
import { exitAfterReplies } from './exit-after-replies.ts';
import { removeOwnReadyFile, removeReadyFile, writeReadyFile } from './ready-file.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

/** Minimum drain time, so that open connections get `connection: close`. */
const minDrainTimeMs = 100;
const lingerMs = 1000;
/** Maximum time for which a start continues after a signal, ms. */
const maxStartMs = 5000;
/** A start that takes longer has much to compute, for which V8 needs its compilers. */
const maxHoldMs = 3000;
const time = systemClock.monotonic;

/**
 * Serves until a signal, then completes requests in progress.
 * @param engineThread waits to be given a store.
 * @returns the exit code
 */
export async function serve(given: Config, engineThread: Worker): Promise<number> {
  const { BURSAR_READY_FILE: readyFile } = given;
  const signals = listenForSignals(given.BURSAR_STOP_WITH_STDIN);
  const release = given.BURSAR_DEMO ? releaseCompilers : () => {};
  const cancelRelease = time.after(maxHoldMs, release, { ref: false });
  // A file of an earlier start must not pass for this one's.
  if (readyFile !== null) removeReadyFile(readyFile);
  const config = given.BURSAR_TEMPORARY ? { ...given, BURSAR_DATA: makeTemporaryFolder() } : given;
  const clock = clockOf(config, systemClock);
  const log = createLog(config.BURSAR_LOG_LEVEL, config.BURSAR_LOG_FORMAT, clock.world);
  const starting = startServer(config, log, exitAfterReplies, engineThread, clock);
  const server = await unlessStopped(starting, signals);
  if (server === undefined) {
    console.error('bursar: stopped before it could serve');
    process.exit(1);
  }
  await announce(config, server);
  cancelRelease();
  release();
  releaseYoungGenerations();
  keepCompiledCode(time);
  await signals.first;
  if (readyFile !== null) removeOwnReadyFile(readyFile);
  server.drain();
  await waitUnless(signals.second, Math.max(config.BURSAR_DRAIN_MS, minDrainTimeMs));
  await server.close();
  if (config.BURSAR_STOP_WITH_STDIN) process.stdin.destroy();
  // All work is finished; a socket that a client keeps open must not keep the process alive.
  time.after(lingerMs, () => process.exit(0), { ref: false });
  return 0;
}

/** Prints the addresses of the server, and writes them to the ready file. */
async function announce(config: Config, server: Server): Promise<void> {
  const at = (host: string, port: number, scheme = 'http') => `${scheme}://${hostOf(host)}:${port}`;
  const tokenFile =
    config.BURSAR_OPERATOR_TOKEN === null ? operatorTokenFile(resolve(config.BURSAR_DATA)) : null;
  const info = {
    url: at(config.BURSAR_HOST, server.port, config.BURSAR_TLS_CERT === null ? 'http' : 'https'),
    operatorUrl: at(config.BURSAR_OPERATOR_HOST, server.operatorPort),
    tokenFile,
    demo: await hasDemoKeys(server.reads),
    lab: hasLab(config),
    simulated: allowsSimulation(config),
    firstLink: await server.firstLink(),
  };
  const line = JSON.stringify({
    url: info.url,
    operatorUrl: info.operatorUrl,
    operatorTokenFile: tokenFile,
    pid: process.pid,
    version: readVersion(),
    dataFolder: resolve(config.BURSAR_DATA),
    ...(info.demo && { apiKey: demoMaster.apiKey, secretKey: demoMaster.secretKey }),
  });
  if (config.BURSAR_READY_FILE !== null) writeReadyFile(config.BURSAR_READY_FILE, `${line}\n`);
  console.log(config.BURSAR_JSON ? line : describeStart(info));
}

/**
 * A start may wait for its database for ever.
 * @returns undefined if it has not ended `maxStartMs` after the first signal, or with the second one.
 */
async function unlessStopped(starting: Promise<Server>, signals: Signals): Promise<Server | undefined> {
  const stopped = signals.first.then(() => waitUnless(signals.second, maxStartMs));
  return Promise.race([starting, stopped.then(() => undefined)]);
}

/** npm and the terminal both forward a Ctrl-C: a second signal within this time is the same one. */
const sameSignalMs = 250;

type Signals = { readonly first: Promise<void>; readonly second: Promise<void> };

function listenForSignals(stopWithStdin: boolean): Signals {
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  let firstMs = Number.POSITIVE_INFINITY;
  const onSignal = () => {
    const nowMs = time.now();
    if (nowMs - firstMs > sameSignalMs) second.resolve();
    firstMs = Math.min(firstMs, nowMs);
    first.resolve();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal);
  if (stopWithStdin) process.stdin.once('end', onSignal).once('error', onSignal).resume();
  return { first: first.promise, second: second.promise };
}

async function waitUnless(interrupted: Promise<void>, ms: number): Promise<void> {
  const over = Promise.withResolvers<void>();
  const cancel = time.after(ms, over.resolve, { ref: false });
  await Promise.race([interrupted, over.promise]);
  cancel();
}

/** Shows `localhost` as the IPv4 loopback address, which every machine has. */
function hostOf(host: string): string {
  if (host === 'localhost') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
