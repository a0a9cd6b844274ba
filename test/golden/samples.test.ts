/**
 * Every operation has a golden sample, and every sample an operation. A sample that no test compares is the reply to a request without parameters, on
 * a server without data.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { customerOperations } from '../../src/contract/customer-operations.ts';
import { isSigned, type Operation } from '../../src/contract/operation.ts';
import { bodyOf, type GoldenWorld, startGoldenWorld } from './golden-world.ts';
import { assertLikeSample, howToCompare, readSample, sampleNameOf } from './sample.ts';

let world: GoldenWorld;
before(async () => {
  world = await startGoldenWorld();
});
after(() => world.exchange.close());

const folder = new URL('./', import.meta.url);
const comparisons = readdirSync(folder)
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => readFileSync(new URL(file, folder), 'utf8'))
  .join();

for (const operation of customerOperations) {
  const name = sampleNameOf(operation);
  if (comparisons.includes(`readSample('${name}')`)) {
    test(`${operation.id} has a golden sample`, () => assert.doesNotThrow(() => readSample(name)));
  } else {
    test(`${operation.id}: a server without data returns the golden sample`, async () => {
      const sample = readSample(name);
      const reply = await askWithoutParameters(operation);
      try {
        assertLikeSample(bodyOf(reply), sample);
      } catch (cause) {
        throw new Error(`the reply differs from the golden sample '${name}'. ${howToCompare(name)}`, {
          cause,
        });
      }
    });
  }
}

async function askWithoutParameters({ id, method, paths, security }: Operation) {
  const [path = ''] = paths;
  if (!isSigned(security)) return world.exchange.request(method, path);
  return world.exchange.signed(await world.customer(`${id.toLowerCase()}@test.com`), method, path);
}

/** Samples of replies that every operation can give. */
const sharedSamples = ['error'];

test('every golden sample belongs to an operation', () => {
  const expected = new Set(
    [...customerOperations.map(sampleNameOf), ...sharedSamples].map((name) => `${name}.json`),
  );
  const others = readdirSync(new URL('./samples/', folder)).filter((file) => !expected.has(file));
  const advice = 'rename it after the id of its operation, or delete it';
  assert.equal(
    others.join(', '),
    '',
    `in test/golden/samples/, ${others.join(', ')} belongs to no operation: ${advice}`,
  );
});

test('a missing golden sample is reported with what to add', () => {
  assert.throws(() => readSample('new-operation'), {
    message: /'new-operation' is missing: add test\/golden\/samples\/new-operation\.json .*test\/golden\//,
  });
});
