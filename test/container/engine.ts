/**
 * `buildah` and `podman` with a storage of their own in a temporary folder, which is removed after the tests of this
 * file.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { type Output, run, skipWithout } from './programs.ts';

const programs = ['buildah', 'mmdebstrap', 'podman', 'runc'];

/** Why tests with containers are skipped, in one line; with `CI=true` none are. */
export const skipWithoutContainers: string | false =
  process.getuid?.() !== 0 && process.env.CI !== 'true'
    ? 'images are built by root only'
    : skipWithout(programs, `apt-get install ${programs.join(' ')}`);

export const folder = mkdtempSync(join(tmpdir(), 'bursar-container-'));
const storage = join(folder, 'storage');
const place = ['--root', storage, '--runroot', join(folder, 'run'), '--storage-driver', 'overlay'];

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
    await buildah('umount', '--all');
    // The storage may be mounted on itself.
    const mount = join(storage, 'overlay');
    if (readFileSync('/proc/self/mountinfo', 'utf8').includes(` ${mount} `)) await run('umount', [mount]);
  }
  rmSync(folder, { recursive: true, force: true });
});
