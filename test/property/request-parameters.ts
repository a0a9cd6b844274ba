/** Random parameters of an operation: values that satisfy its contract, and values that violate it in every way. */
import fc from 'fast-check';
import type { Operation } from '../../src/contract/operation.ts';
import type { Parameter } from '../../src/contract/schema.ts';
import { accountNames, outsideAddresses } from '../support/standard-world.ts';
import { emailOf } from '../support/world.ts';

/** Names and values as in a query string, already percent-encoded. */
export type Pairs = readonly (readonly [name: string, value: string])[];

const emails = accountNames.map(emailOf);
const likely: Readonly<Record<string, readonly string[]>> = {
  asset: ['ETH', 'XRP', 'BTC', 'BNB', 'ADA', 'DOGE', 'eth'],
  network: ['ETH', 'BTC', 'NOWHERE'],
  address: [...Object.values(outsideAddresses).flat(), '0x0', 'nowhere'],
  addressTag: ['1', '100000000', 'tag'],
  email: [...emails, 'nobody@example.com'],
  fromEmail: emails,
  toEmail: emails,
  withdrawOrderId: ['one', 'two', 'three'],
  symbol: ['ETHBTC', 'ETH', 'NONE'],
  name: ['mine', 'Zoë’s wallet', '财布'],
};

/** Text without control characters and lone surrogates. */
const legalText = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter(
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those are refused
  (text) => text.isWellFormed() && !/[\u0000-\u001f\u007f]/.test(text),
);
const milliseconds = fc.integer({ min: 0, max: 2_000_000_000 }).map((n) => `${n * 1000}`);

/** A value that satisfies the contract. */
function fitting(
  name: string,
  { kind, minimum, maximum, allowed, pattern }: Parameter<unknown>,
): fc.Arbitrary<string> {
  if (allowed.length > 0) return fc.constantFrom(...allowed.map(String));
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  const known = likely[name] ?? [];
  switch (kind) {
    case 'decimal':
      return fc.constantFrom(
        '0.00002',
        '1e-05',
        '.001',
        '0.01000001',
        '3',
        '1000000000',
        '0.000000001',
        '1E3',
      );
    case 'boolean':
      return fc.constantFrom('true', 'false');
    case 'integer':
      return fc
        .oneof(
          fc.integer({ min: minimum, max: Math.min(maximum, minimum + 5) }),
          fc.integer({ min: minimum, max: maximum }),
        )
        .map(String);
    case 'long':
      return milliseconds;
    case 'list':
      return fc.constantFrom('ADA', 'XRP', 'ADA,XRP', '["ADA","ETH"]', 'BNB', 'NOPE');
    default:
      return known.length > 0
        ? fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...known) }, legalText)
        : legalText;
  }
}

/** Percent-encoded text that is often invalid: type, length, encoding, characters. */
const strange = fc.oneof(
  fc.constantFrom(
    '',
    '%00',
    '%',
    '%zz',
    '%ff',
    '%C0%80',
    '%ED%A0%80',
    '-1',
    '0',
    '1e999',
    'NaN',
    '0x10',
    '+5',
    '%0A',
    'null',
  ),
  fc.constantFrom(
    '9'.repeat(40),
    '1'.repeat(400),
    'x'.repeat(3000),
    '%E2%98%83'.repeat(90),
    '99999999999999999999',
  ),
  fc.constantFrom(
    '[]',
    '{}',
    '["',
    ',,,',
    "';DROP+TABLE+balances;--",
    '__proto__',
    'constructor',
    '\u00e9\u00ff',
  ),
  fc.string({ unit: 'binary', maxLength: 30 }).map((text) => encodeURIComponent(text.toWellFormed())),
  fc
    .string({
      unit: fc.integer({ min: 0x21, max: 0xff }).map((code) => String.fromCharCode(code)),
      maxLength: 30,
    })
    .map((text) => text.replace(/[&#=]/g, '')),
);

export type Drawn = { readonly pairs: Pairs; readonly fits: boolean };

export function parametersOf({ parameters }: Operation): fc.Arbitrary<Drawn> {
  const each = Object.entries(parameters).map(([name, parameter]) => {
    const good = fitting(name, parameter).map((value) => ({
      pairs: [[name, encodeURIComponent(value)] as const],
      fits: true,
    }));
    const absent = fc.constant<Drawn>({ pairs: [], fits: !parameter.mandatory });
    const bad = strange.map((value) => ({ pairs: [[name, value] as const], fits: false }));
    const twice = good.map(({ pairs }) => ({ pairs: [...pairs, ...pairs], fits: parameter.kind === 'list' }));
    return fc.oneof(
      { weight: parameter.mandatory ? 40 : 8, arbitrary: good },
      { weight: parameter.mandatory ? 1 : 8, arbitrary: absent },
      { weight: 2, arbitrary: bad },
      { weight: 1, arbitrary: twice },
    );
  });
  const unknown = fc.option(
    strange.map((value) => ['fuzz', value.replace(/[^\w%]/g, '')] as const),
    { nil: undefined, freq: 8 },
  );
  return fc.tuple(fc.tuple(...each), unknown).map(([drawn, extra]) => ({
    pairs: [...drawn.flatMap(({ pairs }) => pairs), ...(extra ? [extra] : [])],
    // An end before its start must be rejected by the server.
    fits: drawn.every(({ fits }) => fits) && ordered(drawn.flatMap(({ pairs }) => pairs)),
  }));
}

function ordered(pairs: Pairs): boolean {
  const { startTime, endTime } = Object.fromEntries(pairs) as Record<string, string | undefined>;
  return startTime === undefined || endTime === undefined || Number(startTime) <= Number(endTime);
}
