/** Requests to both APIs of the server. */

import { createHmac } from 'node:crypto';
import { parseJson } from '../boundary/json.ts';
import { systemClock } from '../clock/system-clock.ts';
import { BursarError } from './bursar-error.ts';
import type { Credentials, OperatorMethod } from './types.ts';

const deadlineMs = 30_000;

export type ApiClient = {
  /** @param path below `/operator/v1`. @throws BursarError */
  operator<T>(method: OperatorMethod, path: string, body?: object): Promise<T>;
  /** A signed GET. @throws BursarError */
  customer<T>(who: Credentials, path: string, parameters: Readonly<Record<string, string>>): Promise<T>;
  /** Whether signed requests have the time of the world instead of the machine's. */
  signByWorld: boolean;
};

/** The addresses of both APIs of a server, and the token of the operator API. */
export type ServerAddress = {
  readonly url: string;
  readonly operatorUrl: string;
  readonly operatorToken: string;
};

/** @param world whose APIs they are; undefined: the server's own exchange. */
export function createApiClient(
  { url, operatorUrl, operatorToken }: ServerAddress,
  world?: string,
): ApiClient {
  const client: ApiClient = {
    signByWorld: false,
    operator: async (method, path, body) => {
      if (!path.startsWith('/')) throw new BursarError(`The path '${path}' must begin with /.`);
      return request(`${operatorUrl}/operator/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${operatorToken}`,
          ...(world !== undefined && { 'bursar-world': world }),
          ...(body && { 'content-type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
      });
    },
    async customer({ apiKey, secretKey }, path, parameters) {
      const timestamp = `${client.signByWorld ? await wireNow(client) : systemClock.wire.now()}`;
      const query = new URLSearchParams({ ...parameters, timestamp }).toString();
      const signature = createHmac('sha256', secretKey).update(query).digest('hex');
      return request(`${url}${path}?${query}&signature=${signature}`, {
        method: 'GET',
        headers: { 'X-MBX-APIKEY': apiKey },
      });
    },
  };
  return client;
}

async function wireNow(client: ApiClient): Promise<number> {
  return (await client.operator<{ readonly wireNow: number }>('GET', '/lab/clock')).wireNow;
}

async function request<T>(url: string, init: RequestInit & { readonly method: string }): Promise<T> {
  const what = `${init.method} ${new URL(url).pathname}`;
  const { ok, status, text } = await send(url, init).catch((error: Error) => {
    const cause = error.cause instanceof Error ? error.cause : error;
    throw new BursarError(
      `Bursar did not answer ${what} (${cause.message}). Was it stopped before the call?`,
    );
  });
  if (ok) return parseJson<T>(text);
  throw new BursarError(`Bursar rejected ${what} with status ${status}: ${messageIn(text)}`, status);
}

async function send(url: string, init: RequestInit) {
  const reply = await fetch(url, { ...init, signal: AbortSignal.timeout(deadlineMs) });
  return { ok: reply.ok, status: reply.status, text: await reply.text() };
}

function messageIn(text: string): string {
  try {
    const { msg } = parseJson<{ readonly msg?: unknown }>(text);
    return typeof msg === 'string' ? msg : text;
  } catch {
    return text;
  }
}
