/** The hosts under which browsers reach the operator's API. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRejection } from '../../contract/errors.ts';
import { originOf, rejectForeign } from './browser-guard.ts';

const origins = ['https://bursar.example.com', 'https://ops.example.com:8443'];
const read = (host: string) => {
  const found = originOf({ method: 'GET', headers: { host } }, origins);
  return isRejection(found) ? 'refused' : found.origin;
};

test('hosts are found in any case, and with or without the usual port of their origin', () => {
  assert.equal(read('bursar.example.com'), 'https://bursar.example.com');
  assert.equal(read('Bursar.Example.COM'), 'https://bursar.example.com');
  assert.equal(read('bursar.example.com:443'), 'https://bursar.example.com');
  assert.equal(read('ops.example.com:8443'), 'https://ops.example.com:8443');
  assert.equal(read('localhost:8081'), 'http://localhost:8081');
  assert.equal(read('[::1]:8081'), 'http://[::1]:8081');
});

test('every other host is refused', () => {
  const others = [
    'bursar.example.com:80',
    'bursar.example.com:8443',
    'ops.example.com',
    'ops.example.com:443',
  ];
  for (const host of [
    ...others,
    'evil.example',
    'x@bursar.example.com',
    'bursar.example.com.evil.example',
    '',
  ])
    assert.equal(read(host), 'refused', host);
});

test('a page of the same host under another scheme is another origin', () => {
  const headers = { host: 'bursar.example.com', origin: 'http://bursar.example.com' };
  const request = { method: 'POST', headers };
  const found = originOf(request, origins);
  assert.ok(!isRejection(found));
  assert.ok(rejectForeign(request, found));
  assert.equal(
    rejectForeign({ method: 'POST', headers: { ...headers, origin: 'https://bursar.example.com' } }, found),
    undefined,
  );
});
