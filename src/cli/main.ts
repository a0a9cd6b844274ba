/**
 * The command line: `bursar VERB …`, or `bursar` alone, which starts. Exit codes: 0 success, 1 failure, 2 usage error,
 * which one line on standard error explains.
 */

import { asError, codeOf } from '../boundary/caught.ts';
import { nearest } from '../contract/nearest.ts';
import { ConfigError } from '../engine/config-error.ts';
import { unknownVariables } from '../runtime/config.ts';
import { readOptions } from '../runtime/options.ts';
import { readVersion } from '../runtime/version.ts';
import { StoreFault } from '../store/port.ts';
import { alignColumns, type Verb } from './verb.ts';

/** Loaded on demand, so that verify does not wait for the server's code. */
const verbs = new Map<string, () => Promise<Verb>>([
  ['start', async () => (await import('./start.ts')).startVerb],
  ['demo', async () => (await import('./demo.ts')).demoVerb],
  ['verify', async () => (await import('./verify.ts')).verifyVerb],
  ['presets', async () => (await import('./presets.ts')).presetsVerb],
  ['verdict', async () => (await import('./verdict.ts')).verdictVerb],
  ['scenario', async () => (await import('./scenario.ts')).scenarioVerb],
  ['key', async () => (await import('./key.ts')).keyVerb],
  ['operator', async () => (await import('./operator.ts')).operatorVerb],
  ['token', async () => (await import('./token.ts')).tokenVerb],
  ['backup', async () => (await import('./backup.ts')).backupVerb],
  ['migrate', async () => (await import('./migrate.ts')).migrateVerb],
]);

async function describeVerbs(): Promise<string> {
  const load = async ([name, verb]: [string, () => Promise<Verb>]) => [name, (await verb()).summary];
  const rows = await Promise.all([...verbs].map(load));
  return `Bursar, the exchange wallet: usage: bursar [VERB] [OPTIONS]

${alignColumns([...rows, ['help [VERB]', 'Explains a verb; so does bursar VERB --help.']])}

  --version    Prints the version.

Without a verb it starts, as bursar start does.
`;
}

async function findVerb(name: string): Promise<Verb> {
  const verb = verbs.get(name);
  if (verb === undefined) {
    const nearestName = nearest(name.replace(/^-+/, ''), [...verbs.keys(), 'help', 'version']);
    const meant = nearestName === 'version' ? '--version' : nearestName;
    const there = `there are ${[...verbs.keys()].join(', ')} and help`;
    throw new ConfigError(
      `there is no verb '${name}'; ${meant === undefined ? there : `did you mean ${meant}?`}`,
    );
  }
  return verb();
}

async function describe(args: readonly string[]): Promise<string> {
  const [name = 'help'] = readOptions(
    args.filter((each) => !asksForHelp(each)),
    {},
    1,
  ).positionals;
  return name === 'help' ? await describeVerbs() : (await findVerb(name)).help;
}

const asksForHelp = (arg: string | undefined) => arg === '--help' || arg === '-h';

async function main([name = 'start', ...args]: readonly string[]): Promise<number> {
  if (name === '--version' || name === '-v') console.log(readVersion());
  else if (asksForHelp(name)) console.log(await describeVerbs());
  else if (name === 'help') console.log(await describe(args));
  else if (args.some(asksForHelp)) console.log((await findVerb(name)).help);
  else {
    const verb = await findVerb(name);
    warnOfUnknownVariables();
    return verb.run(args);
  }
  return 0;
}

/** A misspelt variable must not be ignored silently. */
function warnOfUnknownVariables(): void {
  for (const { name, meant } of unknownVariables(process.env)) {
    const hint = meant === undefined ? "'bursar start --help' lists them" : `did you mean ${meant}?`;
    console.error(`bursar: warning: there is no setting ${name}; ${hint}`);
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isUsageError = error instanceof ConfigError;
  console.error(`bursar: ${isUsageError ? error.message : describeFailure(error)}`);
  // process.exit also ends everything that was started.
  process.exit(isUsageError ? 2 : 1);
}

function describeFailure(error: unknown): string {
  const code = codeOf(error);
  const { stack, message } = asError(error);
  if (error instanceof StoreFault) return `the database is unavailable: ${firstLine(message)}`;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return message;
  return stack ?? String(error);
}

function firstLine(text: string): string {
  return text.split('\n')[0]?.replace(/^\w*Error: /, '') ?? text;
}
