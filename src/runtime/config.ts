/**
 * Configuration: environment variables, each with an option of the same meaning (`BURSAR_BLOCK_MS`, `--block-ms`). The
 * option takes precedence. An empty variable counts as not set.
 */

import { nearest } from '../contract/nearest.ts';
import { ConfigError } from '../engine/config-error.ts';
import { isLoopback } from './loopback.ts';
import { readOptions } from './options.ts';
import {
  corsOrigins,
  databaseUrl,
  host,
  masterKey,
  oneOf,
  onOff,
  orNothing,
  path,
  type SettingReader,
  token,
  trustedProxies,
  urlOf,
  wholeNumber,
} from './setting-readers.ts';

type Setting<T> = {
  readonly flag: string;
  readonly fallback: string;
  readonly help: string;
  readonly read: SettingReader<T>;
};

function setting<T>(flag: string, fallback: string, help: string, read: SettingReader<T>): Setting<T> {
  return { flag, fallback, help, read };
}

export const settings = {
  BURSAR_HOST: setting(
    'host',
    'localhost',
    "Address of the customers' API; localhost: both loopback addresses, 127.0.0.1 and ::1.",
    host,
  ),
  BURSAR_PORT: setting(
    'port',
    '8080',
    "Port of the customers' API; 0: any free port, which is printed.",
    wholeNumber(0, 65_535),
  ),
  BURSAR_OPERATOR_HOST: setting(
    'operator-host',
    'localhost',
    "Address of the operator's API; BURSAR_HOST does not affect it.",
    host,
  ),
  BURSAR_OPERATOR_PORT: setting(
    'operator-port',
    '8081',
    "Port of the operator's API; 0: any free port, which is printed.",
    wholeNumber(0, 65_535),
  ),
  BURSAR_DATA: setting('data', './data', 'Folder of the databases and secrets.', path),
  BURSAR_TEMPORARY: setting(
    'temporary',
    '0',
    '1: the data folder is a new one in the temporary folder of the system, removed at the stop; BURSAR_DATA does not count.',
    onOff,
  ),
  DATABASE_URL: setting(
    'database-url',
    '',
    'PostgreSQL (15 or later) as the store: postgres://user:password@host/database, or host1,host2 for a primary and its standbys. Without it, the store is SQLite in the data folder.',
    orNothing(databaseUrl),
  ),
  REDIS_URL: setting(
    'redis-url',
    '',
    'Redis through which processes share request weights and bans: redis://host:6379. Without it, each process counts separately.',
    orNothing(urlOf('redis:', 'rediss:')),
  ),
  BURSAR_DEMO: setting(
    'demo',
    '1',
    '1: creates the demo world, whose keys are published, in an empty database; must be set explicitly if BURSAR_HOST is reachable from other machines. 0: production; refuses a database with demo keys and requires BURSAR_CHAINS.',
    onOff,
  ),
  BURSAR_LAB: setting(
    'lab',
    '',
    '1: the rehearsal lab, which breaks requests on purpose; only with the demo world, where it is the default. 0: without it. A database that was once opened with the lab is not opened without it.',
    orNothing(onOff),
  ),
  BURSAR_CHAINS: setting(
    'chains',
    '',
    'simulated: nobody holds keys for the addresses, and transactions are not real. There are no other chains, so production must accept this explicitly.',
    orNothing(oneOf('simulated')),
  ),
  BURSAR_OPERATOR_TOKEN: setting(
    'operator-token',
    '',
    'Bearer token of the operator API. Without it, one is generated at the first start and kept in the data folder.',
    orNothing(token),
  ),
  BURSAR_MASTER_KEY: setting(
    'master-key',
    '',
    '32 bytes (64 hex digits or base64) that encrypt API secrets at rest. Without it, they are generated at the first start and kept in the data folder.',
    orNothing(masterKey),
  ),
  BURSAR_OTHER_MASTER_KEY: setting(
    'other-master-key',
    '',
    'A second key that can also decrypt API secrets, for the time in which the master key is being replaced.',
    orNothing(masterKey),
  ),
  BURSAR_WEIGHT_PER_MINUTE: setting(
    'weight-per-minute',
    '1200',
    'Request weight that an IP address may use per minute in the pool that operations share; 0: no limit, also not for the operations of /sapi, which have their own.',
    wholeNumber(0, 1_000_000_000),
  ),
  BURSAR_BLOCK_MS: setting(
    'block-ms',
    '1000',
    'Block time of the simulated chains in ms; 0: blocks are made through the operator API only.',
    wholeNumber(0, 86_400_000),
  ),
  BURSAR_ERROR_STYLE: setting(
    'error-style',
    'spec',
    'spec, or legacy200: errors are sent with HTTP status 200 and without a code, as in 2019.',
    oneOf('spec', 'legacy200'),
  ),
  BURSAR_SIGNATURES: setting(
    'signatures',
    'lenient',
    'strict: a signature must cover the bytes as sent, as the live service demands since 2026. lenient: also accepts the other forms that clients sign.',
    oneOf('lenient', 'strict'),
  ),
  BURSAR_TRUST_PROXY: setting(
    'trust-proxy',
    '0',
    'Proxies whose X-Forwarded-For header is trusted: 0 for none, 1 for all, or IP addresses and CIDR ranges separated by commas.',
    trustedProxies,
  ),
  BURSAR_TLS_CERT: setting(
    'tls-cert',
    '',
    "File with the certificate and its chain (PEM). With it, the customers' API is served over HTTPS; the operator's never is.",
    orNothing(path),
  ),
  BURSAR_TLS_KEY: setting(
    'tls-key',
    '',
    'File with the private key of that certificate (PEM, without a passphrase).',
    orNothing(path),
  ),
  BURSAR_CORS_ORIGINS: setting(
    'cors-origins',
    '',
    "Origins whose web pages may call the customers' API, separated by commas; * for all.",
    corsOrigins,
  ),
  BURSAR_DRAIN_MS: setting(
    'drain-ms',
    '0',
    'Grace period in ms after SIGTERM during which requests are still served, so that a load balancer can notice.',
    wholeNumber(0, 600_000),
  ),
  BURSAR_LOG_LEVEL: setting(
    'log-level',
    'info',
    'Lowest level that is logged: fatal, error, warn, info, debug, trace or silent.',
    oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
  ),
  BURSAR_LOG_FORMAT: setting(
    'log-format',
    'auto',
    'Format of the log, which goes to standard error. text: readable lines; json: one object per line; auto: text in a terminal, json elsewhere.',
    oneOf('auto', 'json', 'text'),
  ),
  BURSAR_READY_FILE: setting(
    'ready-file',
    '',
    'File that is written when both APIs serve, and removed at the stop: one line of JSON with the URLs, the process id, the version and, with the demo world, a key.',
    orNothing(path),
  ),
  BURSAR_JSON: setting(
    'json',
    '0',
    '1: this line is printed when both APIs serve, instead of the text for people.',
    onOff,
  ),
  BURSAR_STOP_WITH_STDIN: setting(
    'stop-with-stdin',
    '0',
    '1: stops when standard input ends, as on SIGTERM: the server does not outlive the process that started it.',
    onOff,
  ),
};

type Settings = typeof settings;
export type SettingName = keyof Settings;
export type Config = { readonly [N in SettingName]: ReturnType<Settings[N]['read']> };

/** Options that may be given without a value. */
const switches: ReadonlySet<string> = new Set([
  settings.BURSAR_LAB.flag,
  settings.BURSAR_TEMPORARY.flag,
  settings.BURSAR_JSON.flag,
  settings.BURSAR_STOP_WITH_STDIN.flag,
]);

const optionsOfSettings = Object.fromEntries(
  Object.values(settings).map(({ flag }) => [
    flag,
    { type: switches.has(flag) ? ('switch' as const) : ('string' as const) },
  ]),
);

/** The text of a setting, undefined for its default, and the variable or option that it came from. */
type Given = { readonly text: string | undefined; readonly source: string };

function findGiven(
  name: SettingName,
  option: string | undefined,
  environment: Readonly<NodeJS.ProcessEnv>,
): Given {
  if (option !== undefined) return { text: option.trim(), source: `--${settings[name].flag}` };
  const variable = environment[name]?.trim() ?? '';
  return { text: variable === '' ? undefined : variable, source: name };
}

/**
 * Reads a single setting, for verbs that need no others.
 * @param option the value given on the command line, if any
 * @throws ConfigError
 */
export function readSetting<N extends SettingName>(
  name: N,
  option: string | undefined,
  environment: NodeJS.ProcessEnv,
): Config[N] {
  const { text, source } = findGiven(name, option, environment);
  return settings[name].read(text ?? settings[name].fallback, source) as Config[N];
}

/**
 * Reads options and environment.
 * @throws ConfigError in one line, naming the variable or option.
 */
export function readConfig(args: readonly string[], environment: NodeJS.ProcessEnv): Config {
  const { values } = readOptions(args, optionsOfSettings);
  const names = Object.keys(settings) as SettingName[];
  const given = (name: SettingName) => findGiven(name, values[settings[name].flag], environment);
  const config = Object.fromEntries(
    names.map((name) => [name, readSetting(name, values[settings[name].flag], environment)]),
  ) as Config;
  refuseImplicitDemo(config, given);
  refuseImplicitSimulation(config, given);
  refuseLabInProduction(config, given);
  return config;
}

/** Whether the lab is open. */
export function hasLab({ BURSAR_LAB, BURSAR_DEMO }: Pick<Config, 'BURSAR_LAB' | 'BURSAR_DEMO'>): boolean {
  return BURSAR_LAB ?? BURSAR_DEMO;
}

function refuseLabInProduction(
  { BURSAR_LAB, BURSAR_DEMO }: Config,
  given: (name: SettingName) => Given,
): void {
  if (BURSAR_LAB !== true || BURSAR_DEMO) return;
  throw new ConfigError(
    `${given('BURSAR_LAB').source} is 1, but ${given('BURSAR_DEMO').source} is 0, which means production, and the lab breaks requests on purpose; leave one of them out`,
  );
}

function refuseImplicitDemo(config: Config, given: (name: SettingName) => Given): void {
  if (!config.BURSAR_DEMO || given('BURSAR_DEMO').text !== undefined || isLoopback(config.BURSAR_HOST))
    return;
  throw new ConfigError(
    `${given('BURSAR_HOST').source} ${config.BURSAR_HOST} would serve the demo world to other machines, and its keys are published in the documentation; set BURSAR_DEMO=1 (--demo 1) to allow this, or BURSAR_DEMO=0 (--demo 0) for production`,
  );
}

function refuseImplicitSimulation(
  { BURSAR_DEMO, BURSAR_CHAINS }: Config,
  given: (name: SettingName) => Given,
): void {
  if (BURSAR_DEMO || BURSAR_CHAINS !== null) return;
  throw new ConfigError(
    `${given('BURSAR_DEMO').source} is 0, which means production, but this version has only simulated chains: nobody holds keys for the deposit addresses that it issues, so coins sent to them are lost, and the transactions of withdrawals are not real, so no coin moves; set BURSAR_CHAINS=simulated (--chains simulated) if that is what you want`,
  );
}

/** Environment variables that look like settings but are not, each with the setting that was probably meant. */
export function unknownVariables(
  environment: NodeJS.ProcessEnv,
): readonly { readonly name: string; readonly meant: string | undefined }[] {
  const known = Object.keys(settings);
  const bare = new Map(known.map((name) => [name.replace(/^BURSAR_/, ''), name]));
  return Object.keys(environment)
    .filter((name) => /^bursar_/i.test(name) && !known.includes(name))
    .map((name) => {
      const meant = nearest(name.replace(/^bursar_/i, ''), bare.keys());
      return { name, meant: meant === undefined ? undefined : bare.get(meant) };
    });
}
