/** Explains each of the latest requests: the texts accepted as signed, the check that rejected it, and what the lab did. */
import type { listLabRequests } from '../contract/operator/lab/requests.ts';
import type { OperatorReply } from '../contract/operator-operation.ts';
import type { ApiKey, KeyRing } from '../customer/key-ring.ts';
import type { Reads } from '../store/reads.ts';
import type { LoggedRequest } from './logged-request.ts';
import { parametersOf, signingMistake, textsOf } from './signed-texts.ts';

export type RequestFilter = { readonly apiKey?: string | undefined; readonly limit: number };

export type ExplainedRequest = OperatorReply<typeof listLabRequests>['requests'][number];

type Parts = {
  readonly reads: Pick<Reads, 'rows'>;
  readonly keys: Pick<KeyRing, 'find'>;
  readonly strictSignatures: boolean;
  /** Lets waiting requests of customers run first. */
  readonly yieldNow: () => Promise<void>;
};

/** @returns the newest requests, at most `limit`, oldest first. */
export async function explainRequests(
  requests: readonly LoggedRequest[],
  { apiKey, limit }: RequestFilter,
  parts: Parts,
): Promise<readonly ExplainedRequest[]> {
  const selected = requests.filter(({ key }) => apiKey === undefined || key?.apiKey === apiKey).slice(-limit);
  const explained: ExplainedRequest[] = [];
  const mistakes = new Mistakes(requests, parts);
  for (const request of selected)
    explained.push(view(request, await mistakes.of(request), parts.strictSignatures));
  return explained;
}

function view(request: LoggedRequest, hint: string | null, strict: boolean): ExplainedRequest {
  const { number, at, key, operation, method, path, rejectedBy, error, firing } = request;
  return {
    number,
    at,
    apiKey: key?.apiKey ?? null,
    account: key?.account.email ?? null,
    operation,
    method,
    path,
    parameters: parametersOf(request),
    signedTexts: [...textsOf(request, strict)],
    rejectedBy,
    error,
    hint,
    firing: firing?.id ?? null,
    status: request.isAnswered ? request.status : null,
    ending: request.ending,
    done: request.done,
    withdrawalId: request.withdrawalId,
  };
}

/** A timestamp of 16 digits is in microseconds. */
const millisecondDigits = 13;

function clockDifference(request: LoggedRequest): string | null {
  const sent = parametersOf(request).find(({ name }) => name === 'timestamp')?.value ?? '';
  if (!/^[0-9]{13}([0-9]{3})?$/.test(sent)) return null;
  const difference = request.at - Number(sent.slice(0, millisecondDigits));
  const where = difference < 0 ? 'ahead of' : 'behind';
  return `timestamp was ${Math.abs(difference)} ms ${where} the clock of the server`;
}

/** The secrets of at most this many other keys are tried. */
const maxOtherKeys = 100;

/** An entry lives as long as its request. */
const cachedHints = new WeakMap<LoggedRequest, string | null>();

class Mistakes {
  readonly #requests: readonly LoggedRequest[];
  readonly #parts: Parts;
  /** By the id of an account. */
  readonly #otherKeys = new Map<number, Promise<readonly ApiKey[]>>();

  constructor(requests: readonly LoggedRequest[], parts: Parts) {
    this.#requests = requests;
    this.#parts = parts;
  }

  async of(request: LoggedRequest): Promise<string | null> {
    if (request.rejectedBy === 'timestamp') return clockDifference(request);
    const known = cachedHints.get(request);
    if (known !== undefined || request.rejectedBy !== 'signature' || request.key === null)
      return known ?? null;
    // Each search computes hundreds of signatures.
    await this.#parts.yieldNow();
    const others = await this.#otherKeysOf(request.key);
    const mistake = await signingMistake(request, others, this.#parts.strictSignatures);
    cachedHints.set(request, mistake);
    return mistake;
  }

  #otherKeysOf({ account }: ApiKey): Promise<readonly ApiKey[]> {
    const keys = this.#otherKeys.get(account.id) ?? this.#loadOtherKeys(account.id);
    this.#otherKeys.set(account.id, keys);
    return keys;
  }

  /** The keys of the same account, of the demo world, and of other requests in the log. */
  async #loadOtherKeys(accountId: number): Promise<readonly ApiKey[]> {
    const { reads, keys } = this.#parts;
    const logged = this.#requests.flatMap(({ key }) => (key === null ? [] : [key]));
    const rows = [
      ...(await reads.rows('api_keys', { accountId })),
      ...(await reads.rows('api_keys', { demo: true })),
    ];
    const names = new Set([...rows.map(({ apiKey }) => apiKey), ...logged.map(({ apiKey }) => apiKey)]);
    const loaded = await Promise.all([...names].slice(0, maxOtherKeys).map((name) => keys.find(name)));
    return loaded.filter((key) => key !== undefined);
  }
}
