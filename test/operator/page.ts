/** A page of the operator API in a browser: keeps the cookie of its session, and sends what browsers send. */
import assert from 'node:assert/strict';
import type { Exchange, Reply } from '../support/exchange.ts';

export const password = 'correct horse battery';

export class Page {
  readonly origin: string;
  #cookie = '';

  /** @param host as in the address bar. */
  constructor({ server }: Exchange, host = 'localhost') {
    this.origin = `http://${host}:${server.operatorPort}`;
  }

  get cookie(): string {
    return this.#cookie;
  }

  async send(
    method: string,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<Reply> {
    const response = await fetch(`${this.origin}/operator/v1${path}`, {
      method,
      headers: {
        origin: this.origin,
        'sec-fetch-site': 'same-origin',
        'x-bursar-session': '1',
        ...(this.#cookie !== '' && { cookie: this.#cookie }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const [set] = response.headers.getSetCookie();
    if (set !== undefined)
      this.#cookie = /^bursar_session_\d+=;/.test(set) ? '' : (set.split(';')[0] as string);
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: text && JSON.parse(text) };
  }

  /** The body of the reply to a request that must succeed. */
  async done(method: string, path: string, body?: object): Promise<Reply['body']> {
    const reply = await this.send(method, path, body);
    assert.ok(reply.status < 300, `${method} ${path}: ${reply.status} ${reply.text}`);
    return reply.body;
  }

  signIn(name: string, given = password): Promise<Reply> {
    return this.send('POST', '/sign-in', { name, password: given });
  }
}

/** @returns the page of the first administrator, who has just accepted the link. */
export async function becomeAdministrator(exchange: Exchange, name = 'olga'): Promise<Page> {
  const page = new Page(exchange);
  const secret = await exchange.server.firstLink();
  await page.done('POST', '/links/first-administrator', { secret, name, password });
  return page;
}

/** @returns the page of a new operator with these roles, who has just accepted the link. */
export async function addOperator(
  exchange: Exchange,
  by: Page,
  name: string,
  roles: readonly string[],
): Promise<Page> {
  const { link } = await by.done('POST', '/operators', { name, roles });
  const page = new Page(exchange);
  await page.done('POST', '/links/accept', { secret: link.secret, password });
  return page;
}
