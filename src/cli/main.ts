/**
 * The command line: `bursar VERB …`. Exit code 0 is as wished, 1 is not, 2 is called wrongly (one line on standard error
 * says how).
 */
import { readFileSync } from 'node:fs';
import { ConfigError } from '../runtime/config.ts';
import { demoVerb } from './demo.ts';
import { startVerb } from './start.ts';
import { alignColumns, type Verb } from './verb.ts';
import { verifyVerb } from './verify.ts';

const verbs = new Map<string, Verb>([
  ['start', startVerb],
  ['demo', demoVerb],
  ['verify', verifyVerb],
]);

function describeVerbs(): string {
  const rows = [...verbs].map(([name, { summary }]) => [name, summary]);
  return `Bursar, the exchange wallet: usage: bursar VERB [OPTIONS]

${alignColumns([...rows, ['help [VERB]', 'Explains a verb; so does bursar VERB --help.']])}

  --version    Prints the version.
`;
}

function readVersion(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

function findVerb(name: string): Verb {
  const verb = verbs.get(name);
  if (verb === undefined) {
    throw new ConfigError(`there is no verb '${name}'; there are ${[...verbs.keys()].join(', ')} and help`);
  }
  return verb;
}

const asksForHelp = (arg: string | undefined) => arg === '--help' || arg === '-h';

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined) {
    process.stderr.write(describeVerbs());
    return 2;
  }
  if (name === '--version' || name === '-v') console.log(readVersion());
  else if (asksForHelp(name) || (name === 'help' && args[0] === undefined)) console.log(describeVerbs());
  else if (name === 'help') console.log(findVerb(args[0] as string).help);
  else if (args.some(asksForHelp)) console.log(findVerb(name).help);
  else return findVerb(name).run(args);
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const wrongly = error instanceof ConfigError;
  console.error(`bursar: ${wrongly ? error.message : describeFailure(error)}`);
  // Whatever had been started goes with it.
  process.exit(wrongly ? 2 : 1);
}

function describeFailure(error: unknown): string {
  const { code, port, stack, message } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') return `port ${port} is in use by somebody else`;
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return message;
  return stack ?? String(error);
}
