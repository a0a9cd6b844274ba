/** `bursar scenario`: starts the lab with the world of a file, plays its timeline, and serves it. */
import { readFileSync } from 'node:fs';
import { asError, messageOf } from '../boundary/caught.ts';
import { systemClock } from '../clock/system-clock.ts';
import { isoTime } from '../contract/text.ts';
import { ConfigError } from '../engine/config-error.ts';
import { createLog } from '../observability/log.ts';
import { readConfig } from '../runtime/config.ts';
import { readOptions } from '../runtime/options.ts';
import { operatorTokenFile } from '../runtime/secrets.ts';
import { startServer } from '../runtime/server.ts';
import { type PlayedScenario, playScenario } from '../scenario/play-scenario.ts';
import { readScenario } from '../scenario/read-scenario.ts';
import { type Scenario, ScenarioProblem } from '../scenario/scenario.ts';
import { parseScenarioFile } from '../scenario/scenario-file.ts';
import { exitAfterReplies } from './exit-after-replies.ts';
import { operatorTokenOf, readReadyFile } from './operator-address.ts';
import { type ServerAddress, scenarioClient } from './scenario-client.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';
import { alignColumns, type Verb } from './verb.ts';

const options = {
  json: { type: 'boolean' },
  check: { type: 'boolean' },
  once: { type: 'boolean' },
  'ready-file': { type: 'string' },
  world: { type: 'string' },
  port: { type: 'string' },
  'operator-port': { type: 'string' },
  'block-ms': { type: 'string' },
} as const;

/** A scenario from a file. `explain` adds the file and the line to a problem. */
type Loaded = { readonly scenario: Scenario; readonly explain: (problem: unknown) => Error };

async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readOptions(args, options, 1);
  const [file] = positionals;
  if (file === undefined) throw new ConfigError('scenario needs a file: bursar scenario FILE');
  const loaded = load(file);
  const print = (played: PlayedScenario, at: ShownAddress) =>
    console.log(values.json ? JSON.stringify({ ...played, ...at }, null, 2) : describe(played, at));
  if (values.check) {
    console.log(summarise(file, loaded.scenario));
    return 0;
  }
  const { 'ready-file': readyFile, world } = values;
  if (readyFile !== undefined) return playOnRunning(readyFile, world, loaded, print);
  if (world !== undefined) throw new ConfigError('--world needs --ready-file: a running server makes worlds');
  return serve(values, loaded, values.once === true, print);
}

/** @throws ConfigError */
function load(file: string): Loaded {
  const text = readText(file);
  let lineOf = (_place: string) => 1;
  const explain = (problem: unknown) =>
    problem instanceof ScenarioProblem
      ? new ConfigError(`${file}:${problem.line ?? lineOf(problem.at)}: ${problem.message}`)
      : asError(problem);
  try {
    const parsed = parseScenarioFile(text);
    lineOf = parsed.lineOf;
    const scenario = readScenario(parsed.value);
    // The clock of the demo world begins with that of the machine, and never goes back.
    if (scenario.startsAt !== null && scenario.startsAt < systemClock.wire.now())
      throw new ScenarioProblem('time', 'is in the past; the time of a world only goes forward');
    return { scenario, explain };
  } catch (error) {
    throw explain(error);
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(`the scenario cannot be read (${messageOf(error)})`);
  }
}

type Print = (played: PlayedScenario, at: ShownAddress) => void;
const worldsPath = '/operator/v1/lab/worlds';

type ShownAddress = Pick<ServerAddress, 'url' | 'operatorUrl' | 'world'> & {
  /** null: it was configured. */
  readonly operatorTokenFile: string | null;
};

/** @param world the name of a new world; undefined: the exchange of the server. */
async function playOnRunning(
  readyFile: string,
  world: string | undefined,
  loaded: Loaded,
  print: Print,
): Promise<number> {
  const { url, operatorUrl, data } = readReadyFile(readyFile);
  const server = { url, operatorUrl, operatorToken: operatorTokenOf({ data }) };
  const at = { operatorUrl, operatorTokenFile: operatorTokenFile(data) };
  if (world !== undefined)
    return playInWorld(world, loaded, server, (played, its) => print(played, { ...its, ...at }));
  if (loaded.scenario.seed !== null)
    throw loaded.explain(
      new ScenarioProblem(
        'seed',
        'needs --world NAME, because the ids of the exchange of a server are random',
      ),
    );
  return play(loaded, server, (played) => print(played, { url, ...at }));
}

/** Plays it in a new world of a server. */
async function playInWorld(
  world: string,
  loaded: Loaded,
  server: ServerAddress,
  print: (played: PlayedScenario, its: Pick<ShownAddress, 'url' | 'world'>) => void,
): Promise<number> {
  const { seed } = loaded.scenario;
  const { send } = scenarioClient(server);
  const body = { name: world, ...(seed !== null && { seed }) };
  const made = await send({ method: 'POST', path: worldsPath, body });
  if (made.status === 404)
    throw new ConfigError(
      `${server.operatorUrl} has no lab, in which worlds are made; start the server with --lab 1`,
    );
  if (made.status !== 201) {
    console.error(`bursar: the world cannot be made: ${JSON.stringify(made.reply)}`);
    return 1;
  }
  const ofWorld = { ...server, url: `${server.url}/w/${world}`, world };
  const code = await play(loaded, ofWorld, (played) => print(played, { url: ofWorld.url, world }));
  // The world is deleted, so that the corrected scenario can be played under the same name.
  if (code !== 0) await send({ method: 'DELETE', path: `${worldsPath}/${world}`, body: undefined });
  return code;
}

type StartValues = Readonly<Partial<Record<'port' | 'operator-port' | 'block-ms', string>>>;
const host = '127.0.0.1';
/** Its name and the seed decide the API keys. */
const seededWorld = 'scenario';

/** Starts a server of its own with temporary data. @param once whether it ends after the timeline. */
async function serve(given: StartValues, loaded: Loaded, once: boolean, print: Print): Promise<number> {
  const interrupted = new Promise<void>((resolve) => {
    // A terminal and bin/bursar.js may both send a Ctrl-C: the second must not end the process.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve());
  });
  const flags = {
    host,
    data: makeTemporaryFolder(),
    demo: '1',
    lab: '1',
    'weight-per-minute': '0',
    'log-level': 'error',
    ...(given.port !== undefined && { port: given.port }),
    ...(given['operator-port'] !== undefined && { 'operator-port': given['operator-port'] }),
    ...(given['block-ms'] !== undefined && { 'block-ms': given['block-ms'] }),
  };
  const config = readConfig(
    Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`),
    {},
  );
  const server = await startServer(config, createLog(config.BURSAR_LOG_LEVEL), exitAfterReplies);
  try {
    const at = {
      url: `http://${host}:${server.port}`,
      operatorUrl: `http://${host}:${server.operatorPort}`,
      operatorTokenFile: operatorTokenFile(config.BURSAR_DATA),
    };
    const address = { ...at, operatorToken: server.operatorToken };
    const code =
      loaded.scenario.seed === null
        ? await play(loaded, address, (played) => print(played, at))
        : await playInWorld(seededWorld, loaded, address, (played, its) => print(played, { ...at, ...its }));
    if (code === 0 && !once) await interrupted;
    return code;
  } finally {
    await server.close();
  }
}

async function play(
  { scenario, explain }: Loaded,
  server: ServerAddress,
  print: (played: PlayedScenario) => void,
): Promise<number> {
  try {
    print(await playScenario(scenario, scenarioClient(server)));
    return 0;
  } catch (error) {
    const explained = explain(error);
    if (!(explained instanceof ConfigError)) throw explained;
    console.error(`bursar: ${explained.message}`);
    return 1;
  }
}

function summarise(file: string, { networks, assets, accounts, faults, timeline }: Scenario): string {
  const counts = Object.entries({ networks, assets, accounts, faults, steps: timeline })
    .filter(([, items]) => items.length > 0)
    .map(([what, items]) => `${items.length} ${what}`);
  return `${file} is a scenario with ${counts.join(', ') || 'nothing in it'}.`;
}

function describe({ name, startedAt, endedAt, keys, events }: PlayedScenario, at: ShownAddress): string {
  const rows = events.map(({ at: time, place, operation, status, reply }) => [
    isoTime(time),
    place,
    operation,
    status === null ? 'no reply' : `${status}`,
    shorten(JSON.stringify(reply)),
  ]);
  const parts = [
    `${name ?? 'The scenario'}: from ${isoTime(startedAt)} to ${isoTime(endedAt)}`,
    ...(rows.length > 0 ? [`Timeline:\n${alignColumns(rows)}`] : []),
    ...(keys.length > 0
      ? [`Keys:\n${alignColumns(keys.map(({ email, apiKey, secretKey }) => [email, apiKey, secretKey]))}`]
      : []),
    `Wallet API    ${at.url}\nOperator API  ${at.operatorUrl}/operator/v1${at.operatorTokenFile === null ? '' : `\n              its bearer token is in ${at.operatorTokenFile}`}${at.world === undefined ? '' : `\n              with the header Bursar-World: ${at.world}`}`,
  ];
  return parts.join('\n\n');
}

const maxShown = 100;
const shorten = (text: string) => (text.length > maxShown ? `${text.slice(0, maxShown)}…` : text);

export const scenarioVerb: Verb = {
  summary: 'Starts the lab with the world of a file, plays its timeline, and prints its keys.',
  help: `usage: bursar scenario FILE [--json] [OPTIONS]

Reads a scenario from FILE (YAML or JSON): networks, assets, accounts with balances, faults, and a timeline of what
happens. Starts a server with the lab and temporary data, sets the world up, plays the timeline on its clock, prints the
API keys of the accounts and what happened, and serves until Ctrl-C. So a file makes a world reproducible in a bug
report; with \`seed\` and \`time\` also its ids, keys and transactions. docs/lab.md describes its fields.

  --json                  Prints it as JSON.
  --check                 Only checks the file.
  --once                  Ends after the timeline.
  --ready-file FILE       Plays it on the running server that wrote this file (bursar start --ready-file FILE), which
                          needs the lab; then it starts none.
  --world NAME            With --ready-file: in a new world of this name, so that nothing else is changed.
  --port NUMBER           Port of the customers' API; 0: any free one. Default: 8080.
  --operator-port NUMBER  Port of the operator's API. Default: 8081.
  --block-ms NUMBER       Block time of the simulated chains.

Exit codes: 0 played, and stopped by a signal or --once; 1 the exchange rejected a step of an operator (the message names
its line); 2 usage error, or the file is not a scenario.`,
  run,
};
