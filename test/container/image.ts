/**
 * Builds the image of the Dockerfile. The official image of Node comes from a registry, which a machine for tests may
 * not reach. An image built from nothing replaces it: the same Debian, the same Node, and npm.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildah } from './engine.ts';
import { root, run } from './programs.ts';

export const image = 'localhost/bursar';
const nodeImage = 'localhost/node';
const npmVersion = '11.19.1';
/** Certificates that npm accepts on this machine. */
const certificates = '/etc/ssl/certs/ca-certificates.crt';

export async function buildImage(): Promise<void> {
  await buildNodeImage();
  const cache = join(await npmConfig('cache'), '_cacache');
  mkdirSync(cache, { recursive: true });
  await buildah(
    ...['build', '--pull-never', '--format', 'docker', '--isolation', 'chroot', '--network', 'host'],
    ...['--volume', `${cache}:/root/.npm/_cacache`, '--build-arg', `NODE_IMAGE=${nodeImage}`],
    ...['--tag', image, '.'],
  );
}

async function buildNodeImage(): Promise<void> {
  const container = await buildah('from', 'scratch');
  const files = await buildah('mount', container);
  await makeDebian(files);
  const local = join(files, 'usr/local');
  cpSync(process.execPath, join(local, 'bin/node'));
  await run('npm', ['install', '--global', '--prefix', local, '--prefer-offline', `npm@${npmVersion}`]);
  await configureNpm(files, join(local, 'etc/npmrc'));
  await buildah(
    'config',
    '--env',
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    container,
  );
  await buildah('commit', '--quiet', '--format', 'docker', container, nodeImage);
  await buildah('rm', container);
}

/** Unpacks the few packages that the Dockerfile and Node need, and does what their scripts would. */
async function makeDebian(files: string): Promise<void> {
  const packages = [
    'base-files',
    'base-passwd',
    'bash',
    'coreutils',
    'gzip',
    'libatomic1',
    'libstdc++6',
    'passwd',
    'tar',
  ];
  await run('mmdebstrap', [
    ...['--variant=extract', `--include=${packages.join(',')}`, '--aptopt=Acquire::Languages "none"'],
    ...['--dpkgopt=path-exclude=/usr/share/doc/*', '--dpkgopt=path-exclude=/usr/share/locale/*'],
    ...['--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr', '--skip=check/empty'],
    ...[debianRelease(), files],
  ]);
  for (const name of ['passwd', 'group'])
    cpSync(join(files, `usr/share/base-passwd/${name}.master`), join(files, 'etc', name));
  symlinkSync('bash', join(files, 'usr/bin/sh'));
}

function debianRelease(): string {
  const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');
  const [, release] = /^ARG NODE_IMAGE=\S+:[\d.]+-(\w+)-slim$/m.exec(dockerfile) ?? [];
  if (release === undefined) throw new Error('the Dockerfile does not name a Debian release');
  return release;
}

/** npm in the image reaches the registry that npm on this machine reaches. */
async function configureNpm(files: string, file: string): Promise<void> {
  const lines = [`registry=${await npmConfig('registry')}`];
  if (existsSync(certificates)) {
    const copy = join(files, certificates);
    mkdirSync(dirname(copy), { recursive: true });
    cpSync(certificates, copy);
    lines.push(`cafile=${certificates}`);
  }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${lines.join('\n')}\n`);
}

async function npmConfig(name: string): Promise<string> {
  return (await run('npm', ['config', 'get', name])).stdout.trim();
}
