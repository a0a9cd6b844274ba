/**
 * Configuration: environment variables, each with an option of the same meaning (`BURSAR_BLOCK_MS`, `--block-ms`). The
 * option wins. A variable that is set to nothing counts as not set.
 */

import { ConfigError } from '../engine/config-error.ts';
import { isLoopback } from './loopback.ts';
import { nearest } from './nearest.ts';
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
    "The customers' API; 0: any free port, printed.",
    wholeNumber(0, 65_535),
  ),
  BURSAR_OPERATOR_HOST: setting(
    'operator-host',
    'localhost',
    "Address of the operator's API, whatever BURSAR_HOST says.",
    host,
  ),
  BURSAR_OPERATOR_PORT: setting(
    'operator-port',
    '8081',
    "The operator's API; 0: any free port.",
    wholeNumber(0, 65_535),
  ),
  BURSAR_DATA: setting('data', './data', 'Folder of the databases and secrets.', path),
  DATABASE_URL: setting(
    'database-url',
    '',
    'PostgreSQL (15 or later) to keep the books in, postgres://user:password@host/database, or host1,host2 for a primary and its standbys; else SQLite in the data folder.',
    orNothing(databaseUrl),
  ),
  REDIS_URL: setting(
    'redis-url',
    '',
    'Redis through which processes share request weights and bans, redis://host:6379; else each process counts for itself.',
    orNothing(urlOf('redis:', 'rediss:')),
  ),
  BURSAR_DEMO: setting(
    'demo',
    '1',
    'Seeds the demo world, whose keys are published, into an empty database; where BURSAR_HOST is beyond this machine it must be given. 0: production, refuses demo keys, and needs BURSAR_CHAINS.',
    onOff,
  ),
  BURSAR_CHAINS: setting(
    'chains',
    '',
    'simulated: addresses that nobody holds keys for, invented transactions. There are no others, so production must ask for them.',
    orNothing(oneOf('simulated')),
  ),
  BURSAR_OPERATOR_TOKEN: setting(
    'operator-token',
    '',
    'Bearer token of the operator API; else made at first start and kept in the data folder.',
    orNothing(token),
  ),
  BURSAR_MASTER_KEY: setting(
    'master-key',
    '',
    '32 bytes (64 hex digits or base64) that encrypt API secrets at rest; else made and kept likewise.',
    orNothing(masterKey),
  ),
  BURSAR_OTHER_MASTER_KEY: setting(
    'other-master-key',
    '',
    'A second key that API secrets may be sealed with, while the master key is changed for another.',
    orNothing(masterKey),
  ),
  BURSAR_WEIGHT_PER_MINUTE: setting(
    'weight-per-minute',
    '1200',
    'Request weight per IP and minute; 0: unlimited.',
    wholeNumber(0, 1_000_000_000),
  ),
  BURSAR_BLOCK_MS: setting(
    'block-ms',
    '1000',
    'Block time of the simulated chains, ms; 0: blocks only through the operator API.',
    wholeNumber(0, 86_400_000),
  ),
  BURSAR_ERROR_STYLE: setting(
    'error-style',
    'spec',
    'spec, or legacy200: refusals as HTTP 200 without a code, as in 2019.',
    oneOf('spec', 'legacy200'),
  ),
  BURSAR_TRUST_PROXY: setting(
    'trust-proxy',
    '0',
    'Whose X-Forwarded-For is believed: 1 for all, or a list of addresses and ranges.',
    trustedProxies,
  ),
  BURSAR_TLS_CERT: setting(
    'tls-cert',
    '',
    "File of the certificate, with its chain (PEM): the customers' API speaks HTTPS. The operator's does not.",
    orNothing(path),
  ),
  BURSAR_TLS_KEY: setting(
    'tls-key',
    '',
    'File of the private key of that certificate (PEM, without a passphrase).',
    orNothing(path),
  ),
  BURSAR_CORS_ORIGINS: setting(
    'cors-origins',
    '',
    "Pages that may call the customers' API from a browser: origins with commas between them, or * for all.",
    corsOrigins,
  ),
  BURSAR_DRAIN_MS: setting(
    'drain-ms',
    '0',
    'How long requests are still taken when it is told to stop, ms, so that a balancer notices first.',
    wholeNumber(0, 600_000),
  ),
  BURSAR_LOG_LEVEL: setting(
    'log-level',
    'info',
    'fatal, error, warn, info, debug, trace or silent.',
    oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
  ),
  BURSAR_LOG_FORMAT: setting(
    'log-format',
    'auto',
    'text: readable lines; json: one object per line; auto: text in a terminal, json elsewhere. On standard error.',
    oneOf('auto', 'json', 'text'),
  ),
};

type Settings = typeof settings;
export type SettingName = keyof Settings;
export type Config = { readonly [N in SettingName]: ReturnType<Settings[N]['read']> };

const optionsOfSettings = Object.fromEntries(
  Object.values(settings).map(({ flag }) => [flag, { type: 'string' as const }]),
);

/** A setting as it was given, and where; '' and the variable's name when it is the default. */
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
 * One setting by itself, for who needs no others.
 * @param option what a command line says, if it does
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
  refuseUnaskedDemo(config, given);
  refuseUnaskedSimulation(config, given);
  return config;
}

function refuseUnaskedDemo(config: Config, given: (name: SettingName) => Given): void {
  if (!config.BURSAR_DEMO || given('BURSAR_DEMO').text !== undefined || isLoopback(config.BURSAR_HOST))
    return;
  throw new ConfigError(
    `${given('BURSAR_HOST').source} ${config.BURSAR_HOST} would offer the demo world beyond this machine, and its keys are published in the documentation; set BURSAR_DEMO=1 (--demo 1) to do so all the same, or BURSAR_DEMO=0 (--demo 0) for production`,
  );
}

function refuseUnaskedSimulation(
  { BURSAR_DEMO, BURSAR_CHAINS }: Config,
  given: (name: SettingName) => Given,
): void {
  if (BURSAR_DEMO || BURSAR_CHAINS !== null) return;
  throw new ConfigError(
    `${given('BURSAR_DEMO').source} is 0, which is production, and this version has no chains but simulated ones: nobody holds keys for the deposit addresses that it issues, so that coins sent to them are lost, and the transactions of withdrawals are invented, so that no coin moves; set BURSAR_CHAINS=simulated (--chains simulated) if that is what you want`,
  );
}

/** Variables that look like settings and are none, each with the setting that was probably meant. */
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
