import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bindHandlers } from './bind-handlers.ts';

const ping = { id: 'ping' };
const time = { id: 'time' };
const ofPing = { operation: ping, handle: () => 'pong' };
const folder = 'src/customer/handlers/';

test('a handler is found by its operation', () => {
  assert.equal(bindHandlers([ping], [ofPing], folder)(ping), ofPing.handle);
});

test('an operation without a handler, or with two, and a handler without an operation are named', () => {
  const missing =
    /without a handler: time; export the result of implement\(\) from a file in src\/customer\/handlers/;
  assert.throws(() => bindHandlers([ping, time], [ofPing], folder), missing);
  assert.throws(() => bindHandlers([], [ofPing], folder), /not in src\/contract\/: ping$/);
  assert.throws(() => bindHandlers([ping], [ofPing, ofPing], folder), /ping has several handlers/);
});
