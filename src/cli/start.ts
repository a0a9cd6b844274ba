/** `bursar start`: serves both APIs until SIGINT or SIGTERM, then completes requests in progress. */
import { startEngineThread } from '../engine/engine-thread-start.ts';
import { readConfig } from '../runtime/config.ts';
import { settings } from '../runtime/settings.ts';
import { holdYoungGenerations } from '../store/start-memory.ts';
import { alignColumns, type Verb } from './verb.ts';

async function run(args: readonly string[]): Promise<number> {
  const config = readConfig(args, process.env);
  holdYoungGenerations();
  // The code of the server is loaded meanwhile.
  const engineThread = startEngineThread({
    holdsCompilers: config.BURSAR_DEMO,
    store: config.DATABASE_URL === null ? 'sqlite' : 'postgres',
  });
  const { serve } = await import('./serve.ts');
  return serve(config, engineThread);
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

Exit codes: 0 stopped by a signal; 1 could not serve; 2 invalid option or variable, or a port is taken.`,
  run,
};
