/**
 * PostgreSQL, Redis, two servers that use them and a load balancer, all on this machine and all removed afterwards.
 */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomText } from '../../src/runtime/secrets.ts';
import { Balancer } from './balancer.ts';
import { durable, PostgresProcess } from './postgres-process.ts';
import { RedisProcess } from './redis-process.ts';
import { RestartedServer } from './restarted-server.ts';
import { Rotation } from './rotation.ts';

export type RunningServer = {
  readonly name: string;
  readonly url: string;
  readonly operatorUrl: string;
  readonly pid: number;
};

export type Cluster = {
  readonly url: string;
  readonly servers: readonly RunningServer[];
  readonly operatorToken: string;
  readonly operatorTokenFile: string;
  readonly databaseUrl: string;
  readonly redisUrl: string;
};

export type ClusterOptions = {
  readonly port: number;
  /** Contains all files of the cluster. */
  readonly folder: string;
  /** Environment variables, which the servers inherit. */
  readonly environment: NodeJS.ProcessEnv;
  readonly report: (line: string) => void;
  /** Aborts the start. */
  readonly signal: AbortSignal;
};

const serverNames = ['server 1', 'server 2'] as const;

/** If the start fails, everything started so far is on the stack. */
export async function startCluster(options: ClusterOptions, stack: AsyncDisposableStack): Promise<Cluster> {
  const { signal, folder, report } = options;
  // First, so that a port in use is reported immediately.
  const balancer = await Balancer.listen(options.port);
  const databaseUrl = await startPostgres(stack);
  signal.throwIfAborted();
  const redis = await RedisProcess.create();
  stack.defer(() => redis.remove());
  await redis.start();
  signal.throwIfAborted();
  const { BURSAR_OPERATOR_TOKEN: operatorToken = randomText(32) } = options.environment;
  const operatorTokenFile = join(folder, 'operator-token');
  writeFileSync(operatorTokenFile, `${operatorToken}\n`, { mode: 0o600 });
  const shared = { DATABASE_URL: databaseUrl, REDIS_URL: redis.url, BURSAR_OPERATOR_TOKEN: operatorToken };
  const servers = await startServers(options, shared, stack);
  const rotation = new Rotation(servers, report);
  stack.defer(() => rotation.stop());
  stack.defer(() => balancer.close());
  balancer.serve(rotation);
  await orAborted(rotation.start(), signal);
  return { url: balancer.url, servers, operatorToken, operatorTokenFile, databaseUrl, redisUrl: redis.url };
}

async function startPostgres(stack: AsyncDisposableStack): Promise<string> {
  const postgres = await PostgresProcess.create(durable);
  stack.defer(() => postgres.remove());
  await postgres.start();
  return postgres.createDatabase('bursar');
}

async function startServers(
  { environment, folder, report, signal }: ClusterOptions,
  shared: NodeJS.ProcessEnv,
  stack: AsyncDisposableStack,
): Promise<readonly RunningServer[]> {
  const env = {
    BURSAR_MASTER_KEY: randomBytes(32).toString('hex'),
    BURSAR_LOG_LEVEL: 'warn',
    // Several times the interval at which the balancer checks readiness.
    BURSAR_DRAIN_MS: '1000',
    ...environment,
    ...shared,
    BURSAR_HOST: '127.0.0.1',
    BURSAR_OPERATOR_HOST: '127.0.0.1',
    BURSAR_TRUST_PROXY: '127.0.0.1',
    BURSAR_DEMO: '1',
  };
  const processes = serverNames.map((name) => {
    const own = { BURSAR_DATA: join(folder, name.replace(' ', '-')) };
    return new RestartedServer({ name, environment: { ...env, ...own }, report });
  });
  stack.defer(async () => void (await Promise.all(processes.map((each) => each.stop()))));
  const starting = Promise.all(processes.map((each) => each.start()));
  const addresses = await orAborted(starting, signal);
  return processes.map((server, index) => ({
    name: server.name,
    ...(addresses[index] as (typeof addresses)[number]),
    get pid() {
      return server.pid;
    },
  }));
}

async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  return Promise.race([work, promise]);
}
