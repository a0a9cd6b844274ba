/** The presets: named faults, and their occurrences in practice. `fault.ts` defines their positions and endings. */
import { nearest } from '../contract/nearest.ts';
import { laterPresets } from './effects/later-presets.ts';
import { definePresets, type Preset } from './preset.ts';

export type { Preset };

const gatewayTimeout =
  'sonvister/Binance #77: the gateway answered 504 without a body; sometimes the order existed, sometimes not';
const paidTwice =
  'peanutprotocol/peanut-ui #2619: a call timed out although the API had committed in 49 ms, and the retry paid a second time';
const failedWithId =
  'binance-exchange/node-binance-api #13, ccxt/binance-api-node #5 and #6: replies that say "failed" and still carry an id';

/** Lost replies: only a look-up shows whether the work was done. */
const lostReplies = definePresets([
  {
    name: 'commit-then-504',
    appliesTo: 'writes',
    position: 'after',
    ending: { kind: 'status', status: 504, body: 'html' },
    effects: [],
    consequence:
      'The work is done, but a gateway answers 504. A client that treats it as a failure pays twice.',
    source: `${gatewayTimeout}. ${paidTwice}.`,
  },
  {
    name: '504-then-nothing',
    appliesTo: 'all',
    position: 'before',
    ending: { kind: 'status', status: 504, body: 'html' },
    effects: [],
    consequence: 'The same 504, but nothing is done. A client that treats it as a success never pays.',
    source: `${gatewayTimeout}.`,
  },
  {
    name: 'commit-then-1007',
    appliesTo: 'writes',
    position: 'after',
    ending: { kind: 'status', status: 504, body: 'json' },
    effects: [],
    consequence:
      'The work is done, and the exchange itself says that it does not know (-1007). A client that retries every error with a code pays twice.',
    source:
      'The documentation of the exchange: -1007 means that the status of the execution is unknown, and is not to be treated as a failure.',
  },
  {
    name: 'commit-then-empty-504',
    appliesTo: 'writes',
    position: 'after',
    ending: { kind: 'status', status: 504, body: 'empty' },
    effects: [],
    consequence: 'The work is done; the 504 has no body, so a client that parses JSON first fails elsewhere.',
    source: `${gatewayTimeout}.`,
  },
  {
    name: 'commit-then-reset',
    appliesTo: 'writes',
    position: 'after',
    ending: { kind: 'reset' },
    effects: [],
    consequence:
      'The work is done, and the connection is reset. Many HTTP libraries repeat such a request on their own.',
    source: `${paidTwice}.`,
  },
  {
    name: 'reset-then-nothing',
    appliesTo: 'all',
    position: 'before',
    ending: { kind: 'reset' },
    effects: [],
    consequence:
      'The connection is reset before anything is done: it looks exactly like `commit-then-reset`.',
    source: 'The other half of `commit-then-reset`: from the outside, the two cannot be told apart.',
  },
  {
    name: 'truncated-reply',
    appliesTo: 'writes',
    position: 'after',
    ending: { kind: 'truncate', bytes: 12 },
    effects: [],
    consequence: 'The work is done, and the connection closes in the middle of the reply: the id is lost.',
    source: 'A form of the lost reply that Rony.Net and Refit simulate too (`Truncated(n)`).',
  },
]);

const slowReplies = definePresets([
  {
    name: 'hang',
    appliesTo: 'all',
    position: 'after',
    ending: { kind: 'hang' },
    effects: [],
    consequence: 'The work is done, and no reply ever comes. A client without a timeout waits for ever.',
    source:
      'tigerbeetle #206, #2976 and #3178: clients that retry for ever, and that hang on a wrong address.',
  },
  {
    name: 'hang-then-nothing',
    appliesTo: 'all',
    position: 'before',
    ending: { kind: 'hang' },
    effects: [],
    consequence: 'Nothing is done, and no reply ever comes.',
    source: 'The other half of `hang`: from the outside, the two cannot be told apart.',
  },
  {
    name: 'slow-success',
    appliesTo: 'all',
    position: 'after',
    ending: { kind: 'delay', distribution: 'log-normal', medianMs: 3000, sigma: 0.5 },
    effects: [],
    consequence:
      'The work is done, and the reply comes seconds later, after the timeout of an impatient client.',
    source: 'peanutprotocol/peanut-ui #2619: the default abort of the client after 20 s had to become 30 s.',
  },
  {
    name: 'late-start',
    appliesTo: 'all',
    position: 'before',
    ending: { kind: 'delay', ms: 3000 },
    effects: [],
    consequence:
      'The work begins seconds later. A client that gives up and looks at once finds nothing, and then it is done. With a short recvWindow it is rejected instead (-1021).',
    source:
      'ccxt/ccxt #1786, freqtrade/freqtrade #4462: what has just been made "does not exist". Since 2025-05-21 the exchange checks recvWindow a second time just before the execution.',
  },
]);

const wrongReplies = definePresets([
  {
    name: 'success-false-with-id',
    appliesTo: 'writes',
    position: 'after',
    ending: { kind: 'false-success', withId: true },
    effects: [],
    consequence: 'The work is done; the reply says that it failed, and shows the id of the withdrawal.',
    source: `${failedWithId}.`,
  },
  {
    name: 'success-false',
    appliesTo: 'writes',
    position: 'after',
    ending: { kind: 'false-success', withId: false },
    effects: [],
    consequence: 'The work is done; the reply says that it failed, and shows no id.',
    source: `${failedWithId}. Here, without the id.`,
  },
  {
    name: 'rate-limit-storm',
    appliesTo: 'all',
    position: 'before',
    ending: { kind: 'rejections', status: 429, retryAfterSeconds: 1, requests: 3 },
    effects: [],
    consequence:
      'This request and the next two of the same key get 429 with `Retry-After`. A client that does not wait ends in a ban.',
    source: 'The limits of the exchange: 429 above the weight limit, 418 for those who go on.',
  },
  {
    name: 'ban',
    appliesTo: 'all',
    position: 'before',
    ending: { kind: 'rejections', status: 418, retryAfterSeconds: 5, seconds: 5 },
    effects: [],
    consequence:
      'All requests of the same key get 418 for five seconds; a real ban lasts from two minutes to three days. Nothing is done.',
    source: 'The limits of the exchange: an address that goes on after 429 is banned.',
  },
]);

const allPresets = [...lostReplies, ...slowReplies, ...wrongReplies, ...laterPresets];

export type PresetName = (typeof allPresets)[number]['name'];

export const presets: readonly Preset<PresetName>[] = allPresets;

const byName = new Map<string, Preset>(presets.map((preset) => [preset.name, preset]));

export const presetNames: readonly string[] = presets.map(({ name }) => name);

export function presetNamed(name: string): Preset | undefined {
  return byName.get(name);
}

/** Longer names get no suggestion. */
const maxSuggestionLength = 60;

/** For an error about an unknown preset: suggests the nearest name, if there is one, and lists all. */
export function describeUnknownPreset(unknown: string): string {
  const meant = unknown.length > maxSuggestionLength ? undefined : nearest(unknown, presetNames);
  const listed = `there are ${presetNames.join(', ')}`;
  return meant === undefined ? listed : `did you mean ${meant}? Otherwise ${listed}`;
}
