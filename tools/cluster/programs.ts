/** Finds the PostgreSQL and Redis programs on this machine and the user to run private servers as. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, realpathSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { delimiter, dirname, join } from 'node:path';

export const missingPostgres = 'PostgreSQL is not installed: apt-get install postgresql (15 or later)';
export const missingRedis = 'Redis is not installed: apt-get install redis-server (6.2 or later)';

/** Debian's folders for PostgreSQL, newest version first. */
const postgresFolders = () =>
  globSync('/usr/lib/postgresql/*/bin').sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));

/** The first folder that contains all programs: those on PATH, then the others. */
function findFolder(names: readonly string[], others: readonly string[] = []): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== ''), ...others];
  return folders.find((folder) => names.every((name) => existsSync(join(folder, name))));
}

/** The folder that contains all PostgreSQL programs. */
export function findPostgresFolder(): string | undefined {
  const found = findFolder(['initdb', 'postgres'], postgresFolders());
  // PATH may contain only links to some of the programs; the others are in the folder of the link targets.
  return found && dirname(realpathSync(join(found, 'postgres')));
}

export function findRedisServer(): string | undefined {
  const folder = findFolder(['redis-server']);
  return folder === undefined ? undefined : join(folder, 'redis-server');
}

export type UserId = { readonly uid: number; readonly gid: number };

/** The user to run a server as if this process is root, which PostgreSQL refuses. */
export function unprivilegedUser(): UserId | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag: string, name: string) =>
    Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }).toString());
  for (const name of ['postgres', 'nobody']) {
    try {
      return { uid: idOf('-u', name), gid: idOf('-g', name) };
    } catch {
      // The user does not exist here.
    }
  }
  throw new Error('PostgreSQL cannot run as root, and the users postgres and nobody do not exist');
}

export async function findFreePort(): Promise<number> {
  const probe = await listenAnywhere();
  return release(probe);
}

/** Two different ports: the first is held until the second one is found. */
export async function findTwoFreePorts(): Promise<readonly [number, number]> {
  const [first, second] = [await listenAnywhere(), await listenAnywhere()];
  return [await release(first), await release(second)];
}

async function listenAnywhere(): Promise<Server> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** @returns the port, which is free now. */
async function release(server: Server): Promise<number> {
  // cast: a server that listens on an address has a port.
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return port;
}
