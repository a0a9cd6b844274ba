/** The npm package, as its users have it: packed, installed into an empty folder, and run on the Node versions in use. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { customerOperations } from '../../src/contract/customer-operations.ts';
import {
  customerOpenApi,
  type OpenApiDocument,
  operatorOpenApi,
} from '../../src/contract/openapi/openapi.ts';
import { operatorOperations } from '../../src/contract/operator-operations.ts';
import { demoMaster } from '../../src/demo/demo-accounts.ts';
import { assertConsoleServed } from '../support/console-page.ts';
import { environmentElsewhere } from '../support/environment.ts';
import {
  folder,
  install,
  linkTo,
  manifest,
  type Packed,
  pack,
  provideNode,
  root,
  run,
} from './installation.ts';

const limits = { timeout: 600_000 };
const chromiumPath = process.env.BURSAR_CHROMIUM ?? '/usr/bin/chromium';
const bundled = process.execPath;

let packed: Packed;
/** Projects that have it: installed plainly, without Node, and as a link to where its dependencies are, as by pnpm. */
let plain: string;
let lean: string;
let linked: string;
let node20: string;
let node22: string;
let node24: string;

before(async () => {
  [packed, node20, node22, node24] = await Promise.all([
    pack(),
    provideNode('20.20.2'),
    provideNode('22.23.3'),
    provideNode('24.21.0'),
  ]);
  plain = await install(node20, packed);
  lean = await install(bundled, packed, '--omit=optional');
  linked = linkTo(plain);
}, limits);

const running = new Set<ChildProcess>();
after(() => {
  for (const child of running) if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
});

const programIn = (project: string) => join(project, 'node_modules/bursar/bin/bursar.js');

/** Starts a command that serves, as the leader of a process group: a signal to it is a Ctrl-C in a terminal. */
async function serve(node: string, cwd: string, command: string, ...args: readonly string[]) {
  const variables = { BURSAR_PORT: '0', BURSAR_OPERATOR_PORT: '0', BURSAR_LOG_LEVEL: 'error' };
  const child = spawn(command, args, {
    cwd,
    detached: true,
    env: { ...environmentElsewhere(node), ...variables },
  });
  running.add(child);
  const ended = once(child, 'close').finally(() => running.delete(child));
  let output = '';
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors += text;
  });
  for await (const text of child.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    output += text;
    if (output.includes('Ctrl-C stops it.')) break;
  }
  const url = /^Wallet API +(http:\S+)/m.exec(output)?.[1];
  const operatorUrl = /^Operator API +(http:\S+)/m.exec(output)?.[1];
  assert.ok(url && operatorUrl, `no addresses in: ${output}${errors}`);
  child.stdout.resume();
  const stop = async () => {
    process.kill(-(child.pid as number), 'SIGINT');
    return ended;
  };
  return { url, operatorUrl, stop };
}

function withdraw(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  const address = '0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b';
  const query = `coin=ETH&network=ETH&address=${address}&amount=1&timestamp=${Date.now()}`;
  const signature = createHmac('sha256', demoMaster.secretKey).update(query).digest('hex');
  const target = `${url}/sapi/v1/capital/withdraw/apply?${query}&signature=${signature}`;
  return fetch(target, { method: 'POST', headers: { 'X-MBX-APIKEY': demoMaster.apiKey, ...headers } });
}

test('the package is small, and contains only the files that the program needs', limits, () => {
  const paths = packed.files.map(({ path }) => path);
  assert.ok(packed.size < 1_000_000, `${packed.size} bytes`);
  const own = paths.filter((path) => !path.startsWith('examples/'));
  const unwanted = own.filter((path) => /\.test\.|^(src|test|tools)\/|(?<!\.d)\.ts$/.test(path));
  assert.deepEqual(unwanted, []);
  for (const needed of [
    'bin/bursar.js',
    'LICENSE',
    'README.md',
    'dist/store/sqlite/migrations/0001-spine.sql',
  ])
    assert.ok(paths.includes(needed), needed);
});

test('the package contains the examples that its documentation links to', limits, () => {
  const paths = new Set(packed.files.map(({ path }) => path));
  const linked = [...paths]
    .filter((path) => path.startsWith('docs/'))
    .flatMap((path) => [
      ...readFileSync(join(root, path), 'utf8').matchAll(/\]\(\.\.\/(examples\/[^)]+[^/)])\)/g),
    ])
    .map(([, path]) => path ?? '');
  assert.ok(linked.length > 10);
  assert.deepEqual(
    linked.filter((path) => !paths.has(path)),
    [],
  );
});

/** A program of a user: it prints the status of a withdrawal, and how often the fault has fired. */
const lostReply = `
import { createHmac } from 'node:crypto';
import { startBursar } from 'bursar/testing';
const bursar = await startBursar();
const fault = await bursar.fault({ on: { operation: 'withdraw' }, do: 'commit-then-504' });
const query = 'coin=ETH&address=0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b&amount=1&timestamp=' + Date.now();
const signature = createHmac('sha256', bursar.secretKey).update(query).digest('hex');
const url = bursar.url + '/sapi/v1/capital/withdraw/apply?' + query + '&signature=' + signature;
const { status } = await fetch(url, { method: 'POST', headers: { 'X-MBX-APIKEY': bursar.apiKey } });
console.log(JSON.stringify([status, (await fault.firings()).length]));
await bursar.stop();
`;

/** It prints the withdrawals of a world that begins where a file ends, and whether it is on file. */
const fromScenario = `
import { startBursar } from 'bursar/testing';
const bursar = await startBursar();
const world = await bursar.world({ scenario: new URL('payout.yaml', import.meta.url), storage: 'file' });
const { withdrawals } = await world.operator('GET', '/withdrawals?orderId=invoice-1');
const { storage } = await bursar.operator('GET', '/lab/worlds/' + world.name);
console.log(JSON.stringify([world.email, withdrawals.map((each) => each.withdrawOrderId), storage]));
await bursar.stop();
`;
const payout = `
accounts:
  - { email: alice@shop.example, balances: { ETH: "5" } }
timeline:
  - do: capitalWithdrawApply
    as: alice@shop.example
    with: { coin: ETH, address: "0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b", amount: "1", withdrawOrderId: invoice-1 }
`;

const uses = [
  { title: '20, which starts the Node that npm installed', node: () => node20, project: () => plain },
  { title: '22, which starts the Node that npm installed', node: () => node22, project: () => plain },
  { title: '24, from a link as pnpm makes', node: () => node24, project: () => linked },
  { title: '26, without another Node', node: () => bundled, project: () => lean },
];
for (const { title, node, project } of uses) {
  test(`a server takes a signed withdrawal, stops and is verified on Node ${title}`, limits, async () => {
    const cwd = mkdtempSync(join(folder, 'work-'));
    const server = await serve(node(), cwd, node(), programIn(project()), 'start');
    const reply = await withdraw(server.url);
    assert.match(await reply.text(), /^{"id":"[0-9a-f]{32}"}$/);
    assert.equal(reply.status, 200);
    assert.deepEqual(await server.stop(), [0, null]);
    assert.ok(existsSync(join(cwd, 'data/bursar.sqlite')));
    assert.match(
      await run(node(), cwd, node(), [programIn(project()), 'verify']),
      /^OK: the books balance\.$/m,
    );
  });

  test(`import 'bursar' gives the version and the program on Node ${title}`, limits, async () => {
    const script = "console.log(JSON.stringify(await import('bursar')))";
    const args = ['--input-type=module', '--eval', script];
    const { version, program } = JSON.parse(await run(node(), project(), node(), args));
    assert.equal(version, manifest.version);
    assert.equal(await run(node(), project(), node(), [program, '--version']), `${version}\n`);
  });
}

for (const { title, node, project } of uses) {
  test(`require gives the same as import on Node ${title}`, limits, async () => {
    const script = `const { version, program } = require('bursar');
      const testing = require('bursar/testing');
      console.log(JSON.stringify([version, program, require.resolve('bursar/testing'), Object.keys(testing)]));`;
    const printed = await run(node(), project(), node(), ['--input-type=commonjs', '--eval', script]);
    const [version, program, path, names] = JSON.parse(printed);
    assert.equal(version, manifest.version);
    assert.equal(await run(node(), project(), node(), [program, '--version']), `${version}\n`);
    assert.match(path, /dist-cjs/);
    assert.deepEqual(names.sort(), ['BursarError', 'presets', 'startBursar']);
  });

  test(
    `bursar/testing starts a server whose withdrawal loses its reply on Node ${title}`,
    limits,
    async () => {
      const file = join(project(), 'lost-reply.mjs');
      writeFileSync(file, lostReply);
      const [status, fired] = JSON.parse(await run(node(), project(), node(), [file]));
      assert.deepEqual([status, fired], [504, 1]);
    },
  );
}

test('bursar/testing begins a world on file with a scenario in YAML, also on Node 20', limits, async () => {
  writeFileSync(join(plain, 'payout.yaml'), payout);
  writeFileSync(join(plain, 'from-scenario.mjs'), fromScenario);
  const printed = JSON.parse(await run(node20, plain, node20, [join(plain, 'from-scenario.mjs')]));
  assert.deepEqual(printed, ['alice@shop.example', ['invoice-1'], 'file']);
});

test('on a Node that is too old, the program names the version that it needs', limits, async () => {
  const running = run(node20, lean, node20, [programIn(lean), '--version']);
  await assert.rejects(running, {
    code: 2,
    stderr: /^bursar: Node 26 is required, this is v20\.20\.2; .*\n$/,
  });
});

test('the package has the operations of the source, and their documents are the same', limits, async () => {
  const server = await serve(bundled, lean, bundled, programIn(lean), 'start');
  const info = { title: '', version: '' };
  const documents = [
    [server.url, customerOpenApi(customerOperations, info)],
    [new URL(server.operatorUrl).origin, operatorOpenApi(operatorOperations, info)],
  ] as const;
  for (const [url, { paths: expected }] of documents) {
    const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as OpenApiDocument;
    assert.deepEqual(Object.keys(paths), Object.keys(expected));
    assert.ok(
      JSON.stringify(paths) === JSON.stringify(expected),
      `${url} describes an operation differently`,
    );
  }
  await server.stop();
});

test('npx bursar serves the demo with the lab, and its data is in the current folder', limits, async () => {
  const server = await serve(node20, plain, 'npx', 'bursar');
  assert.equal((await withdraw(server.url)).status, 200);
  assert.equal((await withdraw(server.url, { 'Bursar-Fault': 'commit-then-504' })).status, 504);
  await server.stop();
  const npx = (...args: readonly string[]) => run(node20, plain, 'npx', ['bursar', ...args]);
  assert.match(await npx('verify'), /^OK: the books balance\.$/m);
  assert.match(await npx('backup', 'copy.sqlite'), /copy\.sqlite/);
  assert.match(await npx('verify', 'copy.sqlite'), /^OK: the books balance\.$/m);
  assert.match(await npx('demo'), /^Every step succeeded\.$/m);
  assert.match(await npx('--help'), /^Bursar, the exchange wallet/);
});

test('the console is served from the package, and a browser shows it under its policy', limits, async (t) => {
  const server = await serve(bundled, plain, 'npx', 'bursar');
  await assertConsoleServed(server.operatorUrl);
  if (existsSync(chromiumPath)) {
    const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
    t.after(() => browser.close());
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(String(error)));
    await page.goto(new URL(server.operatorUrl).origin);
    await page.waitForSelector('input[name=password]');
    assert.equal(new URL(page.url()).hostname, 'localhost');
    assert.deepEqual(problems, []);
  }
  await server.stop();
});

test('the type declarations compile in a strict project without types of Node', limits, async () => {
  const names = Object.keys(manifest.exports).filter((name) => !name.endsWith('.json'));
  const imports = names.map((name, index) => `import * as entry${index} from '${join('bursar', name)}';`);
  const uses = names.map((_, index) => `console.log(entry${index});`);
  const typed = [
    'export const version: string = entry0.version;',
    '// @ts-expect-error: it is a string',
    'export const wrong: number = entry0.version;',
    "export const fault: entry1.FaultRule = { on: { operation: 'withdraw' }, do: 'commit-then-504' };",
    '// @ts-expect-error: the editor knows the presets',
    "export const misspelt: entry1.FaultRule = { do: 'comit-then-504' };",
  ];
  writeFileSync(join(lean, 'index.ts'), [...imports, ...uses, ...typed].join('\n'));
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    target: 'es2022',
    module: 'nodenext',
    skipLibCheck: false,
    noEmit: true,
    types: [],
  };
  cpSync(join(lean, 'index.ts'), join(lean, 'index.mts'));
  const compile = async (more: object, ...files: readonly string[]) => {
    const options = { ...compilerOptions, ...more };
    writeFileSync(join(lean, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files }));
    await run(bundled, lean, bundled, [join(root, 'node_modules/typescript/bin/tsc'), '--project', '.']);
  };
  // As CommonJS and as an ES module.
  await compile({}, 'index.ts', 'index.mts');
  await compile({ module: 'esnext', moduleResolution: 'bundler' }, 'index.ts');
  // The defaults of a CommonJS project, for example with ts-jest.
  await compile({ module: 'commonjs', moduleResolution: 'node10', ignoreDeprecations: '6.0' }, 'index.ts');
});
