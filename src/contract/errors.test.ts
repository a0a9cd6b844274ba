import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeError, type ErrorId, errors, reject } from './errors.ts';
import { examplesOf } from './openapi/openapi-errors.ts';

const ids = Object.keys(errors) as ErrorId[];
const replies = ids.flatMap((id) =>
  examplesOf(id).map((details) => ({ id, ...describeError({ rejected: id, details }) })),
);

test('error ids consist of lower-case words, and codes are unique negative integers', () => {
  const codes = ids.map((id) => errors[id].code);
  assert.equal(new Set(codes).size, codes.length);
  for (const id of ids) {
    assert.match(id, /^[a-z]+(-[a-z]+)*$/);
    assert.ok(Number.isInteger(errors[id].code) && errors[id].code < 0, id);
  }
});

test('every error text is complete: none is empty or has an unfilled placeholder', () => {
  for (const { id, body } of replies) {
    assert.ok(body.msg.trim().length > 0, id);
    assert.doesNotMatch(body.msg, /undefined|NaN|\[object/, id);
  }
});

test('every error has the status of its kind: 4xx for the caller, 5xx for the server', () => {
  const ofServer: readonly ErrorId[] = ['unknown', 'not-done', 'outcome-unknown', 'maintenance'];
  for (const { id, status } of replies) {
    assert.equal(Math.floor(status / 100), ofServer.includes(id) ? 5 : 4, `${id} ${status}`);
  }
});

test('an error body consists of success, code and msg, in this order', () => {
  for (const { id, body } of replies) {
    assert.deepEqual(Object.entries(body), [
      ['success', false],
      ['code', errors[id].code],
      ['msg', body.msg],
    ]);
  }
});

test('too-many-requests answers 429, and 418 once the address is banned', () => {
  const limited = replies.filter(({ id }) => id === 'too-many-requests').map(({ status }) => status);
  assert.deepEqual(limited, [429, 418]);
});

test('only an unknown outcome advises to look it up before a retry', () => {
  for (const id of ids) {
    assert.equal(errors[id].retry === 'look-up', id === 'outcome-unknown', id);
  }
});

test('a rejection without the details that its text needs does not compile', () => {
  // @ts-expect-error: without the parameter
  reject('parameter-missing');
  // @ts-expect-error: a misspelt detail
  reject('parameter-missing', { paramter: 'asset' });
  // @ts-expect-error: a detail that the text does not have
  reject('asset-unknown', { asset: 'BTC' });
  // @ts-expect-error: neither parameter nor reason
  reject('parameter-invalid', {});
  assert.deepEqual(reject('parameter-missing', { parameter: 'asset' }).details, { parameter: 'asset' });
  assert.deepEqual(reject('asset-unknown').details, {});
});
