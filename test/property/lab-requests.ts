/** Random requests of customers in a played world, and the faults of the lab that break them. */
import fc from 'fast-check';
import { presets } from '../../src/lab/presets.ts';
import { afterwards, effects, rejections } from './fault-arbitraries.ts';
import { assets } from './model-world.ts';

const names = presets.map(({ name }) => name);
const preset = fc.constantFrom(...names);

const anywhere = [
  { kind: 'status', status: 502, body: 'empty' },
  { kind: 'status', status: 503, body: 'json' },
  { kind: 'status', status: 504, body: 'html' },
  { kind: 'status', status: 504, body: 'json' },
  { kind: 'status', status: 404, body: 'html' },
  { kind: 'status', status: 200, body: 'html' },
  { kind: 'reset' },
  { kind: 'hang' },
  { kind: 'delay', ms: 100 },
  { kind: 'delay', distribution: 'uniform', minMs: 0, maxMs: 200 },
  { kind: 'delay', distribution: 'log-normal', medianMs: 50, sigma: 0.5 },
] as const;
/** Every position with every ending. */
const ownFault = fc.oneof(
  fc.record({
    position: fc.constant('before'),
    ending: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...anywhere) },
      { weight: 1, arbitrary: rejections(3) },
    ),
  }),
  fc.record({
    position: fc.constant('after'),
    ending: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...anywhere) },
      { weight: 2, arbitrary: afterwards },
    ),
    effects: effects(600),
  }),
);
const fault = fc.oneof(
  fc.record({ by: fc.constant('header'), preset }),
  fc.record({ by: fc.constant('order-id'), preset }),
  fc.record({ by: fc.constant('rule'), do: fc.oneof(preset, ownFault) }),
);
export type RequestedFault = typeof fault extends fc.Arbitrary<infer F> ? F : never;

const asset = fc.constantFrom(...assets);
const wallet = fc.constantFrom('spot', 'spot', 'funding');
const dialect = fc.constantFrom('wapi', 'sapi', 'localentity');
const units = fc.oneof(fc.bigInt({ min: 1n, max: 800n }), fc.constantFrom(1_000_000n, 10n ** 12n));
const what = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('withdraw'), order: fc.nat({ max: 7 }), dialect, wallet }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('look'), dialect }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('deposits') }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wallets'), from: wallet, asset, units }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('family'),
      from: fc.nat({ max: 2 }),
      to: fc.nat({ max: 2 }),
      asset,
      units,
      number: fc.nat({ max: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('dust'), codes: fc.subarray([...assets], { minLength: 1 }) }),
  },
);

/** One request; `isFollowed`: if the outcome is unknown, the client looks it up and repeats the request with the same id. */
export const labRequest = fc.record({
  who: fc.constantFrom(0, 0, 1, 2),
  what,
  fault: fc.option(fault, { nil: undefined, freq: 4 }),
  isFollowed: fc.boolean(),
});
export type LabRequest = typeof labRequest extends fc.Arbitrary<infer R> ? R : never;
