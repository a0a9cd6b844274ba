import assert from 'node:assert/strict';
import { test } from 'node:test';
import { operatorOperations } from '../contract/operator-operations.ts';
import { bindHandlers, implement } from './handler.ts';
import { operatorHandlers } from './handlers/index.ts';

const { listBans, deleteBan } = operatorOperations;
const ofListBans = implement(listBans, () => ({ bans: [] }));

test('every operation has a handler that is bound to it', () => {
  const bound = bindHandlers(operatorOperations, operatorHandlers);
  assert.deepEqual(
    bound.map(({ operation }) => operation),
    Object.values(operatorOperations),
  );
});

test('an operation without a handler is named, by the compiler too', () => {
  const { deleteBan: _, ...others } = operatorHandlers;
  // @ts-expect-error: Property 'deleteBan' is missing
  const incomplete: typeof operatorHandlers = others;
  assert.throws(
    () => bindHandlers(operatorOperations, incomplete),
    /^Error: operation deleteBan has no handler$/,
  );
});

test('a handler that is bound to another operation is named', () => {
  const swapped = { listBans: ofListBans, deleteBan: ofListBans };
  assert.throws(
    () => bindHandlers({ listBans, deleteBan }, swapped),
    /^Error: the handler deleteBan is bound to operation listBans$/,
  );
});

test('a reply that differs from the contract does not compile', () => {
  // @ts-expect-error: the reply has bans
  implement(listBans, () => ({}));
  // @ts-expect-error: the operation has no such path parameter
  implement(deleteBan, ({ path: { address } }) => ({ ip: address, deleted: true }));
});
