/** `bursar start`: serves both APIs until it is told to stop, then finishes what is under way. */
import { resolve } from 'node:path';
import { readConfig, settings } from '../runtime/config.ts';
import { createLog } from '../runtime/log.ts';
import { operatorTokenFile } from '../runtime/secrets.ts';
import { startServer } from '../runtime/server.ts';
import { describeStart } from '../sandbox/banner.ts';
import { holdsDemoKeys } from '../sandbox/demo-world.ts';
import { alignColumns, type Verb } from './verb.ts';

async function run(args: readonly string[]): Promise<number> {
  const config = readConfig(args, process.env);
  const stopped = waitForSignal();
  const server = await startServer(config, createLog(config.BURSAR_LOG_LEVEL));
  const at = (port: number) => `http://${hostOf(config.BURSAR_HOST)}:${port}`;
  const banner = describeStart({
    url: at(server.port),
    operatorUrl: at(server.operatorPort),
    tokenFile: config.BURSAR_OPERATOR_TOKEN === null ? operatorTokenFile(resolve(config.BURSAR_DATA)) : null,
    demo: await holdsDemoKeys(server.reads),
  });
  console.log(banner);
  await stopped;
  await server.close();
  return 0;
}

/** Once told is enough: npm and the terminal both pass on a Ctrl-C. */
function waitForSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve());
  });
}

function hostOf(host: string): string {
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

Serves the wallet API to customers and the operator's API on a port of its own, over the databases in the data folder,
which are made when there are none. Ctrl-C (or SIGTERM) stops it: requests under way are answered first.

Options, each also an environment variable, with what holds when neither is given. An option wins over its variable.

${describeSettings()}

Exit code: 0 when it was told to stop, 1 when it could not serve, 2 when an option or variable is wrong.`,
  run,
};
