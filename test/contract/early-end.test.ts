/** The interval of a history that ends long ago. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { customerOperations } from '../../src/contract/customer-operations.ts';
import { goodQueryOf } from './calls.ts';
import { ContractWorld } from './contract-world.ts';

let world: ContractWorld;
before(async () => {
  world = await ContractWorld.start();
});
after(() => world.close());

test('an end long ago without a start is accepted by every history', async () => {
  const histories = customerOperations.filter(
    ({ window, parameters }) => window !== null || 'endTime' in parameters,
  );
  assert.ok(histories.length > 5);
  for (const operation of histories) {
    for (const endTime of ['0', '1', '86399999']) {
      const query = [goodQueryOf(operation), `endTime=${endTime}`].filter((each) => each !== '').join('&');
      const reply = await world.call({ operation, query });
      assert.equal(reply.status, 200, `${operation.id} ${endTime} ${reply.body}`);
    }
  }
});
