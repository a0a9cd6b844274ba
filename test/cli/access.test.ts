/** Access to the APIs by both loopback addresses, by TLS, and by pages of other origins. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { connect, createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { systemClock } from '../../src/clock/system-clock.ts';
import { HttpListener } from '../../src/http/http-listener.ts';
import { certificate, certificateKey, otherKey } from '../support/certificate.ts';
import { startExchange } from '../support/exchange.ts';
import { assertInvalidUsage } from './command-line.ts';

const limits = { timeout: 60_000 };
const hasIpv6 = Object.values(networkInterfaces()).some((each) =>
  each?.some(({ address }) => address === '::1'),
);
const skip = hasIpv6 ? false : 'needs ::1';

let folder = '';
const fileOf = (name: string) => join(folder, name);
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'bursar-access-'));
  writeFileSync(fileOf('cert.pem'), certificate);
  writeFileSync(fileOf('key.pem'), certificateKey);
  writeFileSync(fileOf('other.pem'), otherKey);
});
after(() => rmSync(folder, { recursive: true }));

const statusOf = async (url: string) => (await fetch(url)).status;

function listenerOn(host: string, port = 0): HttpListener {
  return new HttpListener({
    clock: systemClock,
    host,
    port,
    trustProxy: false,
    handle: async ({ ip }) => ({ status: 200, body: ip }),
    refuse: ({ status, reason }) => ({ status, body: reason }),
  });
}

test('both APIs answer on both loopback addresses unless another host is named', {
  ...limits,
  skip,
}, async () => {
  const exchange = await startExchange();
  const { port, operatorPort } = exchange.server;
  for (const host of ['127.0.0.1', '[::1]', 'localhost']) {
    assert.equal(await statusOf(`http://${host}:${port}/api/v3/ping`), 200, host);
    assert.equal(await statusOf(`http://${host}:${operatorPort}/health`), 200, host);
  }
  await exchange.close();
  for (const host of ['127.0.0.1', '[::1]'])
    await assert.rejects(fetch(`http://${host}:${port}/api/v3/ping`), host);
});

test('with a host of one address the server listens on that address only', {
  ...limits,
  skip,
}, async () => {
  const exchange = await startExchange(['--host', '127.0.0.1']);
  const { port, operatorPort } = exchange.server;
  await assert.rejects(fetch(`http://[::1]:${port}/api/v3/ping`));
  assert.equal(await statusOf(`http://[::1]:${operatorPort}/health`), 200);
  await exchange.close();
});

test('a port taken on either loopback address counts as in use; a free port is free on both', {
  ...limits,
  skip,
}, async () => {
  for (const host of ['127.0.0.1', '::1']) {
    const taken = createServer().listen(0, host);
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const listener = listenerOn('localhost', port);
    await assert.rejects(listener.start(), { code: 'EADDRINUSE' });
    await listener.close();
    taken.close();
  }
  const listeners = Array.from({ length: 10 }, () => listenerOn('localhost'));
  const ports = await Promise.all(listeners.map((each) => each.start()));
  for (const port of ports)
    for (const [host, ip] of [
      ['127.0.0.1', '127.0.0.1'],
      ['[::1]', '::1'],
    ])
      assert.equal(await (await fetch(`http://${host}:${port}`)).text(), ip);
  await Promise.all(listeners.map((each) => each.close()));
});

function getTls(port: number, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    httpsRequest({ host: 'localhost', port, path, ca: certificate }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

test('with a certificate the customers’ API uses TLS and survives plain connections', limits, async () => {
  const exchange = await startExchange(['--tls-cert', fileOf('cert.pem'), '--tls-key', fileOf('key.pem')]);
  const { port, operatorPort } = exchange.server;
  assert.equal(await getTls(port, '/api/v3/ping'), 200);
  assert.equal(await getTls(port, '/nowhere'), 404);
  assert.equal(
    await statusOf(`http://127.0.0.1:${operatorPort}/health`),
    200,
    'the operator’s port stays without TLS',
  );
  const plain = await fetch(`http://127.0.0.1:${port}/api/v3/ping`);
  assert.equal(plain.status, 400);
  assert.match(await plain.text(), /this port speaks TLS: the URL must begin with https:/);
  const head = 'Host: x\r\n\r\n';
  for (const bytes of [
    `CONNECT x:443 HTTP/1.1\r\n${head}`,
    `GET /openapi.json HTTP/1.1\r\n${head}`,
    'BROKEN\r\n\r\n',
  ]) {
    const raw = connect(port, '127.0.0.1').on('error', () => {});
    const options = { socket: raw, servername: 'localhost', ca: certificate };
    const socket = connectTls(options).on('error', () => {});
    await once(socket, 'secureConnect');
    socket.write(bytes);
    await Promise.race([once(socket, 'data'), once(socket, 'close')]);
    raw.resetAndDestroy();
    assert.equal(await getTls(port, '/api/v3/ping'), 200, bytes);
  }
  await exchange.close();
});

test('invalid certificate files are reported in one line that names the setting', limits, async () => {
  const start = (...flags: readonly string[]) => [
    ...['start', '--port', '0', '--operator-port', '0', '--data', fileOf('data')],
    ...flags,
  ];
  const [cert, key] = [fileOf('cert.pem'), fileOf('key.pem')];
  await assertInvalidUsage(
    /--tls-cert or BURSAR_TLS_CERT requires --tls-key or BURSAR_TLS_KEY too/,
    ...start('--tls-cert', cert),
  );
  await assertInvalidUsage(
    /--tls-key or BURSAR_TLS_KEY requires --tls-cert or BURSAR_TLS_CERT too/,
    ...start('--tls-key', key),
  );
  await assertInvalidUsage(
    /BURSAR_TLS_CERT: .*none\.pem cannot be read \(ENOENT\)/,
    ...start('--tls-cert', fileOf('none.pem'), '--tls-key', key),
  );
  await assertInvalidUsage(
    /BURSAR_TLS_CERT: .*key\.pem is not a certificate in PEM format/,
    ...start('--tls-cert', key, '--tls-key', key),
  );
  await assertInvalidUsage(
    /BURSAR_TLS_KEY: .*other\.pem is not the key of .*cert\.pem/,
    ...start('--tls-cert', cert, '--tls-key', fileOf('other.pem')),
  );
});

const origin = 'https://app.example.com';
const preflight = {
  origin,
  'access-control-request-method': 'POST',
  'access-control-request-headers': 'x-mbx-apikey',
};

test('without allowed origins no CORS headers are sent', limits, async () => {
  const exchange = await startExchange();
  const reply = await exchange.request('GET', '/api/v3/ping', { headers: { origin } });
  assert.equal(reply.headers.get('access-control-allow-origin'), null);
  const asked = await exchange.request('OPTIONS', '/wapi/v3/withdraw.html', { headers: preflight });
  assert.equal(asked.status, 405);
  await exchange.close();
});

test('allowed origins may call the API with a key, and read weights and errors', limits, async () => {
  const exchange = await startExchange(['--cors-origins', `https://other.example.com, ${origin}`]);
  const asked = await exchange.request('OPTIONS', '/wapi/v3/withdraw.html', { headers: preflight });
  assert.equal(asked.status, 200);
  assert.equal(asked.headers.get('access-control-allow-origin'), origin);
  assert.match(asked.headers.get('access-control-allow-methods') ?? '', /GET, POST/);
  assert.match(asked.headers.get('access-control-allow-headers') ?? '', /X-MBX-APIKEY/);
  assert.ok(Number(asked.headers.get('x-mbx-used-weight')) > 0, 'its weight is counted');
  for (const path of ['/api/v3/ping', '/wapi/v3/accountStatus.html', '/nowhere', '/openapi.json']) {
    const { headers } = await exchange.request('GET', path, { headers: { origin } });
    assert.equal(headers.get('access-control-allow-origin'), origin, path);
    assert.match(headers.get('access-control-expose-headers') ?? '', /X-MBX-USED-WEIGHT-1M/);
    assert.equal(headers.get('vary'), 'Origin');
  }
  for (const other of ['https://evil.example.com', `${origin}.evil.com`, 'null', `${origin}:8443`]) {
    const { headers } = await exchange.request('GET', '/api/v3/ping', { headers: { origin: other } });
    assert.equal(headers.get('access-control-allow-origin'), null, other);
    const refused = await exchange.request('OPTIONS', '/api/v3/ping', {
      headers: { ...preflight, origin: other },
    });
    assert.equal(refused.status, 405);
  }
  const operator = await fetch(`${exchange.operatorUrl}/health`, { headers: { origin } });
  assert.equal(
    operator.headers.get('access-control-allow-origin'),
    null,
    'no CORS headers on the operator’s port',
  );
  await exchange.close();
});

test('* allows every origin', limits, async () => {
  const exchange = await startExchange(['--cors-origins', '*']);
  const { headers } = await exchange.request('GET', '/api/v3/ping', { headers: { origin: 'null' } });
  assert.deepEqual([headers.get('access-control-allow-origin'), headers.get('vary')], ['*', null]);
  await exchange.close();
});

test('an invalid origin is rejected by name', limits, async () => {
  for (const wrong of [
    'app.example.com',
    'https://app.example.com/',
    'https://*.example.com',
    '*,https://a.b',
    'null',
  ])
    await assertInvalidUsage(
      /--cors-origins must be \* or a list of origins/,
      'start',
      '--cors-origins',
      wrong,
    );
});
