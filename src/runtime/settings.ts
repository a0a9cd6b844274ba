/** The settings: the environment variable of each, its option, default, description and reader. */
import {
  corsOrigins,
  databaseUrl,
  host,
  masterKey,
  oneOf,
  onOff,
  origins,
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
  BURSAR_OPERATOR_ORIGINS: setting(
    'operator-origins',
    '',
    "Origins under which proxies serve the operator's API to browsers, separated by commas, for example https://bursar.example.com; http://localhost and IP addresses need not be named.",
    origins,
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
    '1: creates the demo world, whose keys are published, in an empty database; must be set explicitly if BURSAR_HOST is reachable from other machines. 0: production; refuses a database with demo keys, and simulated networks without BURSAR_CHAINS.',
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
    'simulated: production may have simulated networks, for whose addresses nobody holds keys, and whose transactions are not real. Without it, production has only manual networks.',
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
  BURSAR_INTEGRITY_MS: setting(
    'integrity-ms',
    '86400000',
    'How often the integrity report is made by itself, in ms, at the pace of reads of operators; 0: only when somebody asks.',
    wholeNumber(0, 2_147_483_647),
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

export type Settings = typeof settings;
export type SettingName = keyof Settings;
