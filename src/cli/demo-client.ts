/** The demo's client: both APIs over HTTP, as any other client uses them. */
import { createHmac } from 'node:crypto';
import { pause } from '../clock/clock.ts';
import { systemClock } from '../clock/system-clock.ts';

export type Credentials = { readonly apiKey: string; readonly secretKey: string };

/** The reply of any operation; the demo accesses its fields freely and checks them. */
// biome-ignore lint/suspicious/noExplicitAny: the replies of all operations
export type Answer = any;

/** A failed expectation, described for the person who runs the demo. */
export class DemoFailure extends Error {}

const deadlineMs = 15_000;
const pollMs = 15;

export class DemoClient {
  readonly #url: string;
  readonly #operatorUrl: string;
  readonly #operatorToken: string;

  constructor(url: string, operatorUrl: string, operatorToken: string) {
    this.#url = url;
    this.#operatorUrl = operatorUrl;
    this.#operatorToken = operatorToken;
  }

  /** Sends a request signed with the account's key; parameters go into the query string. */
  async customer(
    { apiKey, secretKey }: Credentials,
    method: 'GET' | 'POST',
    path: string,
    parameters: readonly (readonly [string, string])[] = [],
  ): Promise<Answer> {
    const query = new URLSearchParams([
      ...parameters.map((pair) => [...pair]),
      ['timestamp', `${systemClock.wire.now()}`],
    ]);
    const signature = createHmac('sha256', secretKey).update(query.toString()).digest('hex');
    return request(`${this.#url}${path}?${query}&signature=${signature}`, {
      method,
      headers: { 'X-MBX-APIKEY': apiKey },
    });
  }

  async operator(method: 'GET' | 'POST', path: string, body?: object): Promise<Answer> {
    return request(`${this.#operatorUrl}/operator/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#operatorToken}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  }
}

async function request(url: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(deadlineMs) });
  const text = await response.text();
  if (response.ok) return JSON.parse(text);
  throw new DemoFailure(`${init.method} ${new URL(url).pathname} answered ${response.status}: ${text}`);
}

/** Polls and reports each new status until exactly the expected ones have occurred in this order. */
export async function watchStatuses(
  look: () => Promise<number | undefined>,
  expected: readonly number[],
  onStatus: (status: number) => void,
): Promise<void> {
  const seen: number[] = [];
  const startedMs = systemClock.monotonic.now();
  const shown = () => (seen.length === 0 ? 'none' : seen.join(' → '));
  while (seen.length < expected.length) {
    const status = await look();
    if (status !== undefined && status !== seen.at(-1)) {
      seen.push(status);
      onStatus(status);
      if (status !== expected[seen.length - 1]) {
        throw new DemoFailure(`the status should have gone ${expected.join(' → ')}; seen: ${shown()}`);
      }
    }
    if (systemClock.monotonic.now() - startedMs > deadlineMs) {
      throw new DemoFailure(`no status ${expected[seen.length]} in ${deadlineMs / 1000} s; seen: ${shown()}`);
    }
    if (seen.length < expected.length) await pause(systemClock.monotonic, pollMs);
  }
}

export function expectEqual(what: string, found: unknown, expected: unknown): void {
  const [seen, wanted] = [JSON.stringify(found), JSON.stringify(expected)];
  if (seen !== wanted) throw new DemoFailure(`${what} should be ${wanted}; seen: ${seen}`);
}
