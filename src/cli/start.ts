/** `bursar start`: serves both APIs until SIGINT or SIGTERM, then completes requests in progress. */
import { resolve } from 'node:path';
import { systemClock } from '../clock/system-clock.ts';
import { describeStart } from '../demo/banner.ts';
import { holdsDemoKeys } from '../demo/demo-world.ts';
import { createLog } from '../observability/log.ts';
import { readConfig, settings } from '../runtime/config.ts';
import { operatorTokenFile } from '../runtime/secrets.ts';
import { startServer } from '../runtime/server.ts';
import { exitAfterReplies } from './exit-after-replies.ts';
import { alignColumns, type Verb } from './verb.ts';

/** Minimum drain time, so that open connections get `connection: close`. */
const shortestDrainMs = 100;
const lingerMs = 1000;
const time = systemClock.monotonic;

async function run(args: readonly string[]): Promise<number> {
  const config = readConfig(args, process.env);
  const signals = listenForSignals();
  const log = createLog(config.BURSAR_LOG_LEVEL, config.BURSAR_LOG_FORMAT);
  const server = await startServer(config, log, exitAfterReplies);
  const at = (host: string, port: number, scheme = 'http') => `${scheme}://${hostOf(host)}:${port}`;
  const banner = describeStart({
    url: at(config.BURSAR_HOST, server.port, config.BURSAR_TLS_CERT === null ? 'http' : 'https'),
    operatorUrl: at(config.BURSAR_OPERATOR_HOST, server.operatorPort),
    tokenFile: config.BURSAR_OPERATOR_TOKEN === null ? operatorTokenFile(resolve(config.BURSAR_DATA)) : null,
    demo: await holdsDemoKeys(server.reads),
  });
  console.log(banner);
  await signals.first;
  server.drain();
  await waitUnless(signals.second, Math.max(config.BURSAR_DRAIN_MS, shortestDrainMs));
  await server.close();
  // All work is finished; a socket that a client keeps open must not keep the process alive.
  time.after(lingerMs, () => process.exit(0), { ref: false });
  return 0;
}

/** npm and the terminal both forward a Ctrl-C: a second signal within this time is the same one. */
const sameSignalMs = 250;

function listenForSignals(): { readonly first: Promise<void>; readonly second: Promise<void> } {
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
  return { first: first.promise, second: second.promise };
}

async function waitUnless(interrupted: Promise<void>, ms: number): Promise<void> {
  const over = Promise.withResolvers<void>();
  const cancel = time.after(ms, over.resolve);
  await Promise.race([interrupted, over.promise]);
  cancel();
}

/** Shows `localhost` as the IPv4 loopback address, which every machine has. */
function hostOf(host: string): string {
  if (host === 'localhost') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

function describeSettings(): string {
  return alignColumns(
    Object.entries(settings).map(([name, { flag, fallback, help }]) => [
      `--${flag}`,
      name,
      fallback === '' ? '-' : fallback,
      help,
    ]),
  );
}

export const startVerb: Verb = {
  summary: "Serves the customers' wallet API and the operator's API.",
  help: `usage: bursar start [OPTIONS]

Serves the wallet API to customers and the operator API on a separate port, with the databases in the data folder, which
are created if missing. Ctrl-C (or SIGTERM) stops it: it reports that it is not ready, keeps serving for --drain-ms, and
completes requests in progress. A second Ctrl-C skips the wait, but still completes them.

Options, their environment variables and their defaults. An option takes precedence over its variable.

${describeSettings()}

Exit codes: 0 stopped by a signal; 1 could not serve; 2 invalid option or variable.`,
  run,
};
