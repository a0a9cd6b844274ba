/**
 * `buildah` and `podman` with a storage of their own, which is removed after the tests of this file. It is in memory,
 * because images are hundreds of megabytes in many small files.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { type Output, run, skipWithout } from './programs.ts';

const programs = ['buildah', 'mmdebstrap', 'podman', 'runc'];

/** Why tests with containers are skipped, in one line; with `CI=true` none are. */
export const skipWithoutContainers: string | false =
  process.getuid?.() !== 0 && process.env.CI !== 'true'
    ? 'images are built by root only'
    : skipWithout(programs, `apt-get install ${programs.join(' ')}`);

const folder = mkdtempSync(join(tmpdir(), 'bursar-container-'));
const place = [
  '--root',
  join(folder, 'storage'),
  '--runroot',
  join(folder, 'run'),
  '--storage-driver',
  'overlay',
];
if (skipWithoutContainers === false)
  execFileSync('mount', ['--types', 'tmpfs', '--options', 'size=4g', 'tmpfs', folder]);

export async function buildah(...args: readonly string[]): Promise<string> {
  return (await run('buildah', [...place, ...args])).stdout.trim();
}

/** With runc and without systemd, because machines for tests have both versions of cgroups and no systemd. */
export function podman(...args: readonly string[]): Promise<Output> {
  return run('podman', [...place, '--cgroup-manager', 'cgroupfs', '--runtime', 'runc', ...args]);
}

after(async () => {
  if (skipWithoutContainers === false) {
    await podman('rm', '--all', '--force', '--time', '0', '--volumes');
    // The monitors of the containers end after these, and use the storage until then.
    await eventually(
      async () => commandsWith(folder),
      (commands) => commands.length === 0,
      120_000,
    );
    // Unmounts everything that is mounted in the folder too.
    await run('umount', ['--lazy', folder]);
  }
  rmSync(folder, { recursive: true, force: true });
});

/** The command lines of the processes that have this argument. */
function commandsWith(argument: string): readonly string[] {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return processes.map(commandOf).filter((command) => command.includes(argument));
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    // The process has ended.
    return '';
  }
}
