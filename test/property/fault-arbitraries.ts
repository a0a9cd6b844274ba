/** Random endings and later effects of faults of the lab. */
import fc from 'fast-check';

export const rejections = (maxRequests: number) =>
  fc.record({
    kind: fc.constant('rejections'),
    status: fc.constantFrom(429, 418),
    retryAfterSeconds: fc.nat({ max: 3 }),
    requests: fc.integer({ min: 1, max: maxRequests }),
  });

/** Endings that need a reply of the handler. */
export const afterwards = fc.oneof(
  fc.record({ kind: fc.constant('truncate'), bytes: fc.nat({ max: 40 }) }),
  fc.record({ kind: fc.constant('false-success'), withId: fc.boolean() }),
  fc.constant({ kind: 'normal' }),
);

export const effects = (maxSeconds: number) => {
  const seconds = fc.integer({ min: 1, max: maxSeconds });
  return fc
    .record(
      {
        'history-lag': fc.record({ seconds }),
        'status-late': fc.record({ seconds }),
        stuck: fc.record({ seconds: fc.option(seconds) }),
        'dropped-transaction': fc.constant({}),
        'chain-failure': fc.constant({}),
      },
      { requiredKeys: [] },
    )
    .map((chosen) => Object.entries(chosen).map(([kind, more]) => ({ kind, ...more })));
};
