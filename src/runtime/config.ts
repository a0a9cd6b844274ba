/**
 * Configuration: environment variables, each with a flag of the same meaning (`BURSAR_BLOCK_MS`, `--block-ms`). The
 * flag wins. A wrong value is one clear line.
 */
import { parseArgs } from 'node:util';
import { splitHosts } from '../store/postgres/database-hosts.ts';

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

type Setting<T> = {
  readonly flag: string;
  readonly fallback: string;
  readonly help: string;
  readonly read: (text: string, name: string) => T;
};

function setting<T>(flag: string, fallback: string, help: string, read: Setting<T>['read']): Setting<T> {
  return { flag, fallback, help, read };
}

const text = (value: string) => value;

const wholeNumber = (minimum: number, maximum: number) => (value: string, name: string) => {
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= minimum && number <= maximum)) {
    throw new ConfigError(`${name} must be a whole number from ${minimum} to ${maximum}, not '${value}'`);
  }
  return number;
};

const oneOf =
  <const T extends string>(...allowed: readonly T[]) =>
  (value: string, name: string): T => {
    if (!allowed.includes(value as T))
      throw new ConfigError(`${name} must be ${allowed.join(' or ')}, not '${value}'`);
    return value as T;
  };

function onOff(value: string, name: string): boolean {
  if (['1', 'true'].includes(value)) return true;
  if (['0', 'false', ''].includes(value)) return false;
  throw new ConfigError(`${name} must be 1 or 0, not '${value}'`);
}

/** 32 bytes as 64 hex digits or base64. */
function masterKey(value: string, name: string): Buffer | null {
  if (value === '') return null;
  const key = /^[0-9a-fA-F]{64}$/.test(value) ? Buffer.from(value, 'hex') : Buffer.from(value, 'base64');
  if (key.length !== 32) throw new ConfigError(`${name} must be 32 bytes, as 64 hex digits or base64`);
  return key;
}

function token(value: string, name: string): string | null {
  if (value === '') return null;
  if (!/^[!-~]{16,}$/.test(value)) throw new ConfigError(`${name} must be at least 16 printable characters`);
  return value;
}

/** 1 trusts every proxy, a list of addresses and ranges only those. */
function trustedProxies(value: string, name: string): boolean | string {
  if (['', '0', 'false'].includes(value)) return false;
  if (['1', 'true'].includes(value)) return true;
  if (!/^[0-9a-fA-F:.,/ ]+$/.test(value)) {
    throw new ConfigError(`${name} must be 0, 1 or a list of IP addresses and CIDR ranges, not '${value}'`);
  }
  return value;
}

/** '' is none. The password is never part of what an error says. */
const urlOf =
  (...protocols: readonly string[]) =>
  (value: string, name: string): string | null => {
    if (value === '') return null;
    if (!URL.canParse(value) || !protocols.includes(new URL(value).protocol)) {
      throw new ConfigError(
        `${name} must be a URL that begins with ${protocols.map((each) => `${each}//`).join(' or ')}`,
      );
    }
    return value;
  };

const postgresUrl = urlOf('postgres:', 'postgresql:');

/** One host, or several with a comma between them, of which one is the primary. */
function databaseUrl(value: string, name: string): string | null {
  for (const url of splitHosts(value)) {
    if (postgresUrl(url, name) === null) return null;
    const { searchParams } = new URL(url);
    if ((searchParams.get('target_session_attrs') ?? 'primary') !== 'primary') {
      throw new ConfigError(`${name}: target_session_attrs must be primary, or be left out`);
    }
  }
  return value;
}

export const settings = {
  BURSAR_HOST: setting('host', '127.0.0.1', 'Address that both listeners bind to.', text),
  BURSAR_PORT: setting(
    'port',
    '8080',
    "The customers' API; 0: any free port, printed.",
    wholeNumber(0, 65_535),
  ),
  BURSAR_OPERATOR_PORT: setting(
    'operator-port',
    '8081',
    "The operator's API; 0: any free port.",
    wholeNumber(0, 65_535),
  ),
  BURSAR_DATA: setting('data', './data', 'Folder of the databases and secrets.', text),
  DATABASE_URL: setting(
    'database-url',
    '',
    'PostgreSQL (15 or later) to keep the books in, postgres://user:password@host/database, or host1,host2 for a primary and its standbys; else SQLite in the data folder.',
    databaseUrl,
  ),
  REDIS_URL: setting(
    'redis-url',
    '',
    'Redis through which processes share request weights and bans, redis://host:6379; else each process counts for itself.',
    urlOf('redis:', 'rediss:'),
  ),
  BURSAR_DEMO: setting(
    'demo',
    '1',
    'Seeds the demo world into an empty database; 0: production, refuses demo keys.',
    onOff,
  ),
  BURSAR_OPERATOR_TOKEN: setting(
    'operator-token',
    '',
    'Bearer token of the operator API; else made at first start and kept in the data folder.',
    token,
  ),
  BURSAR_MASTER_KEY: setting(
    'master-key',
    '',
    '32 bytes (64 hex digits or base64) that encrypt API secrets at rest; else made and kept likewise.',
    masterKey,
  ),
  BURSAR_OTHER_MASTER_KEY: setting(
    'other-master-key',
    '',
    'A second key that API secrets may be sealed with, while the master key is changed for another.',
    masterKey,
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
};

type Settings = typeof settings;
export type SettingName = keyof Settings;
export type Config = { readonly [N in SettingName]: ReturnType<Settings[N]['read']> };

/**
 * Reads flags and environment.
 * @throws ConfigError in one line, naming the variable or flag.
 */
export function readConfig(args: readonly string[], environment: NodeJS.ProcessEnv): Config {
  const flags = readFlags(args);
  const entries = Object.entries(settings).map(([name, { flag, fallback, read }]) => {
    const given = flags[flag];
    const source = given === undefined ? name : `--${flag}`;
    return [name, read((given ?? environment[name] ?? fallback).trim(), source)];
  });
  return Object.fromEntries(entries) as Config;
}

function readFlags(args: readonly string[]): Record<string, string | undefined> {
  const options = Object.fromEntries(
    Object.values(settings).map(({ flag }) => [flag, { type: 'string' as const }]),
  );
  try {
    return parseArgs({ args: [...args], options, strict: true }).values as Record<string, string>;
  } catch (error) {
    throw new ConfigError((error as Error).message.split('\n')[0] ?? 'unreadable flags');
  }
}
