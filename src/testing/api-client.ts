/** Requests to both APIs of the server. */
import { createHmac } from 'node:crypto';
import { systemClock } from '../clock/system-clock.ts';
import { BursarError } from './bursar-error.ts';
import type { Credentials } from './types.ts';

const deadlineMs = 30_000;

export type ApiClient = {
  /** @param path below `/operator/v1`. @throws BursarError */
  operator<T>(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<T>;
  /** A signed GET. @throws BursarError */
  customer<T>(who: Credentials, path: string, parameters: Readonly<Record<string, string>>): Promise<T>;
};

export function createApiClient(url: string, operatorUrl: string, operatorToken: string): ApiClient {
  return {
    operator: (method, path, body) =>
      request(`${operatorUrl}/operator/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${operatorToken}`,
          ...(body && { 'content-type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
      }),
    customer({ apiKey, secretKey }, path, parameters) {
      const query = new URLSearchParams({ ...parameters, timestamp: `${systemClock.wire.now()}` }).toString();
      const signature = createHmac('sha256', secretKey).update(query).digest('hex');
      return request(`${url}${path}?${query}&signature=${signature}`, {
        method: 'GET',
        headers: { 'X-MBX-APIKEY': apiKey },
      });
    },
  };
}

async function request<T>(url: string, init: RequestInit & { readonly method: string }): Promise<T> {
  const what = `${init.method} ${new URL(url).pathname}`;
  const { ok, status, text } = await send(url, init).catch((error: Error) => {
    const cause = error.cause instanceof Error ? error.cause : error;
    throw new BursarError(
      `Bursar did not answer ${what} (${cause.message}). Was it stopped before the call?`,
    );
  });
  if (ok) return JSON.parse(text) as T;
  throw new BursarError(`Bursar rejected ${what} with status ${status}: ${messageIn(text)}`, status);
}

async function send(url: string, init: RequestInit) {
  const reply = await fetch(url, { ...init, signal: AbortSignal.timeout(deadlineMs) });
  return { ok: reply.ok, status: reply.status, text: await reply.text() };
}

function messageIn(text: string): string {
  try {
    const { msg } = JSON.parse(text) as { readonly msg?: unknown };
    return typeof msg === 'string' ? msg : text;
  } catch {
    return text;
  }
}
