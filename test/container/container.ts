/** Containers of the image, restricted as the compose file restricts its servers, on the network of this machine. */
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { eventually } from '../support/eventually.ts';
import { readComposeFile, restrictionsOf, type Service } from './compose-file.ts';
import { podman } from './engine.ts';
import { image } from './image.ts';

export const secrets = {
  POSTGRES_PASSWORD: 'password-of-postgres',
  BURSAR_OPERATOR_TOKEN: 'token-of-the-operator',
  BURSAR_MASTER_KEY: '00112233445566778899aabbccddeeff'.repeat(2),
};
export const { services } = readComposeFile(secrets);

/** A slow machine must finish in time. */
const startLimitMs = 120_000;

export type Container = {
  readonly name: string;
  readonly url: string;
  readonly operatorUrl: string;
  /** Runs a command in it. */
  exec(...command: readonly string[]): ReturnType<typeof podman>;
  /** Runs the health check of the image. */
  isHealthy(): Promise<boolean>;
  becomesHealthy(): Promise<void>;
  /** Sends the stop signal of the image. @returns the exit code. */
  stop(): Promise<number>;
};

let containers = 0;

/** @param options of `podman run`, such as `--volume`. */
export async function startContainer(
  environment: Service['environment'],
  options: readonly string[] = [],
): Promise<Container> {
  const name = `bursar-${++containers}`;
  const [port, operatorPort] = [await findPort(), await findPort()];
  const variables = { ...environment, BURSAR_PORT: `${port}`, BURSAR_OPERATOR_PORT: `${operatorPort}` };
  await podman(
    ...['run', '--detach', '--name', name, '--network', 'host', ...limits, ...restrictions, ...options],
    ...Object.entries(variables).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
    image,
  );
  const isHealthy = () =>
    podman('healthcheck', 'run', name).then(
      () => true,
      () => false,
    );
  return {
    name,
    // Another address than the usual one: only a server that listens on all addresses has it.
    url: `http://127.0.0.2:${port}`,
    operatorUrl: `http://127.0.0.2:${operatorPort}`,
    exec: (...command) => podman('exec', name, ...command),
    isHealthy,
    becomesHealthy: async () => void (await eventually(isHealthy, (healthy) => healthy, startLimitMs)),
    async stop() {
      await podman('stop', '--time', '60', name);
      return exitCodeOf(name);
    },
  };
}

const restrictions = restrictionsOf(services['server-1']);
/** Without these, podman asks for more than a machine for tests may allow. */
export const limits = ['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1024:1024'];

export async function inspect(name: string, format: string): Promise<string> {
  return (await podman('inspect', '--format', format, name)).stdout.trim();
}

export async function exitCodeOf(name: string): Promise<number> {
  return Number(await inspect(name, '{{.State.ExitCode}}'));
}

/** A free port below those that the system gives to clients, so that no other test gets it meanwhile. */
async function findPort(): Promise<number> {
  for (;;) {
    const port = randomInt(12_000, 32_000);
    const probe = createServer().listen(port, '0.0.0.0');
    try {
      await once(probe, 'listening');
      probe.close();
      await once(probe, 'close');
      return port;
    } catch {
      // It is in use: try another.
    }
  }
}
