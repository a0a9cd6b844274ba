/** Random plans of clients under faults of the lab: rules, and batches of requests that run at the same time. */
import fc from 'fast-check';
import { presets } from '../../src/lab/presets.ts';
import { afterwards, effects, rejections } from './fault-arbitraries.ts';

/** An order always has the same content. */
export const orders = 6;
export const transfers = 3;

export const dialects = ['wapi', 'sapi', 'localentity'] as const;
export type Dialect = (typeof dialects)[number];

/** Their replies come after seconds or never, so that a client gives up. */
const isSlow = ({ ending: { kind } }: (typeof presets)[number]) => kind === 'hang' || kind === 'delay';
const namesOf = (slow: boolean) =>
  presets.filter((preset) => isSlow(preset) === slow).map(({ name }) => name);
const slowPreset = fc.constantFrom(...namesOf(true));
const quickPreset = fc.constantFrom(...namesOf(false));

const ms = fc.nat({ max: 20 });
const anywhere = fc.constantFrom(
  { kind: 'status', status: 502, body: 'empty' },
  { kind: 'status', status: 503, body: 'json' },
  { kind: 'status', status: 404, body: 'html' },
  { kind: 'reset' },
);
const delay = fc.oneof(
  fc.record({ kind: fc.constant('delay'), ms }),
  fc.record({
    kind: fc.constant('delay'),
    distribution: fc.constant('uniform'),
    minMs: ms,
    maxMs: fc.constant(20),
  }),
  fc.constant({ kind: 'delay', distribution: 'log-normal', medianMs: 5, sigma: 0.5 }),
);
const ownFault = fc.oneof(
  fc.record({ position: fc.constant('before'), ending: fc.oneof(anywhere, delay, rejections(4)) }),
  fc.record({
    position: fc.constant('after'),
    ending: fc.oneof(anywhere, delay, afterwards),
    effects: effects(100),
  }),
);

const rule = fc.record({
  do: fc.oneof(quickPreset, ownFault),
  times: fc.integer({ min: 1, max: 4 }),
  probability: fc.constantFrom(0.3, 0.7, 1),
  seed: fc.nat(),
  nth: fc.integer({ min: 1, max: 3 }),
});

const order = fc.nat({ max: orders - 1 });
const dialect = fc.constantFrom(...dialects);
/** A fault that the request asks for itself, with the header or, if it has one, in its name. */
const asked = {
  preset: fc.option(quickPreset, { nil: undefined, freq: 2 }),
  by: fc.constantFrom('header', 'name'),
};
const request = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('withdraw'), order, dialect, ...asked }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('look'), order, dialect, ...asked }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('transfer'), number: fc.nat({ max: transfers - 1 }), ...asked }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('deposits'), ...asked }) },
);
export type PlannedRequest = typeof request extends fc.Arbitrary<infer R> ? R : never;

/** `slow`: one request whose reply the client does not await. */
const turn = fc.oneof(
  { weight: 12, arbitrary: fc.record({ batch: fc.array(request, { minLength: 1, maxLength: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ slow: slowPreset, order, dialect }) },
  { weight: 2, arbitrary: fc.record({ blocks: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ deposit: fc.integer({ min: 1, max: 9 }) }) },
  { weight: 1, arbitrary: fc.record({ node: fc.constantFrom('not-done', 'unknown', 'up') }) },
  { weight: 1, arbitrary: fc.record({ calm: fc.constant(true) }) },
);
export type Turn = typeof turn extends fc.Arbitrary<infer T> ? T : never;

export const plans = fc.record({
  rules: fc.array(rule, { maxLength: 3 }),
  turns: fc.array(turn, { minLength: 3, maxLength: 14 }),
});
export type Plan = typeof plans extends fc.Arbitrary<infer P> ? P : never;

/**
 * Plans whose requests end in the same way each time: one after the other, and no fault that lasts for some time or
 * depends on what has happened on the chain.
 */
export const repeatablePlans = fc.record({
  rules: fc.array(
    fc.record({
      do: fc.constantFrom('commit-then-504', '504-then-nothing', 'commit-then-reset', 'rate-limit-storm'),
      times: fc.constant(1000),
      probability: fc.constantFrom(0.3, 0.7),
      seed: fc.nat(),
      nth: fc.integer({ min: 1, max: 3 }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  turns: fc.array(
    request.map((one) => ({ batch: [{ ...one, preset: undefined }] })),
    { minLength: 20, maxLength: 30 },
  ),
});
