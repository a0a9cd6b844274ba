/** The programs of PostgreSQL and Redis on this machine, and as whom and where private servers of them may run. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, realpathSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, dirname, join } from 'node:path';

export const missingPostgres = 'PostgreSQL is not on this machine: apt-get install postgresql (15 or later)';
export const missingRedis = 'Redis is not on this machine: apt-get install redis-server (6.2 or later)';

/** Where Debian puts PostgreSQL's, the newest first. */
const postgresFolders = () =>
  globSync('/usr/lib/postgresql/*/bin').sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));

/** The first folder that has all of them: of the path, then of the others. */
function findFolder(names: readonly string[], others: readonly string[] = []): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== ''), ...others];
  return folders.find((folder) => names.every((name) => existsSync(join(folder, name))));
}

/** Where all programs of PostgreSQL are. */
export function findPostgresFolder(): string | undefined {
  const found = findFolder(['initdb', 'postgres'], postgresFolders());
  // Where only links to some of them are on the path, the others are where those lead to.
  return found && dirname(realpathSync(join(found, 'postgres')));
}

export function findRedisServer(): string | undefined {
  const folder = findFolder(['redis-server']);
  return folder === undefined ? undefined : join(folder, 'redis-server');
}

export type UserId = { readonly uid: number; readonly gid: number };

/** Whom a server runs as when this process is root, which PostgreSQL refuses to be run by. */
export function unprivilegedUser(): UserId | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag: string, name: string) =>
    Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }).toString());
  for (const name of ['postgres', 'nobody']) {
    try {
      return { uid: idOf('-u', name), gid: idOf('-g', name) };
    } catch {
      // There is no such user here.
    }
  }
  throw new Error('PostgreSQL does not run as root, and there is neither a user postgres nor nobody');
}

export async function findFreePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}
