/** A client of the operator API for benchmarks: keep-alive connections and many concurrent requests. */
import { Agent, type ClientRequest, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { operatorToken } from './server-process.ts';

export const maxConcurrency = 64;

/** The server answered, but not with a success. */
export class RefusedError extends Error {
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

export class OperatorClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: maxConcurrency });
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  get(path: string): Promise<string> {
    return this.#ask('GET', path);
  }

  /** Takes the reply, piece by piece, until it ends or `goesOn` returns false. */
  async read(path: string, goesOn: () => boolean): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const asked = this.#request('GET', path, {});
    asked.on('response', (reply) => {
      if (reply.statusCode !== 200) reject(new Error(`GET ${path} answered ${reply.statusCode}`));
      reply.on('end', resolve);
      reply.on('data', () => {
        if (goesOn()) return;
        resolve();
        asked.destroy();
      });
    });
    asked.on('error', reject);
    asked.end();
    return promise;
  }

  /** @param world of the lab; by default the exchange itself. */
  async change(
    method: 'PUT' | 'POST' | 'PATCH',
    path: string,
    body: object,
    world?: string,
  ): Promise<Record<string, unknown>> {
    return JSON.parse(await this.#ask(method, path, JSON.stringify(body), world)) as Record<string, unknown>;
  }

  async remove(path: string): Promise<void> {
    await this.#ask('DELETE', path);
  }

  close(): void {
    this.#agent.destroy();
  }

  async #ask(method: string, path: string, body?: string, world?: string): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const asked = this.#request(method, path, {
      ...(world !== undefined && { 'Bursar-World': world }),
      ...(body !== undefined && {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(body),
      }),
    });
    asked.on('response', async (reply) => {
      try {
        const content = await text(reply);
        const status = reply.statusCode ?? 0;
        if (status >= 200 && status < 300) resolve(content);
        else reject(new RefusedError(`${method} ${path} answered ${status}: ${content}`, status));
      } catch (error) {
        reject(error);
      }
    });
    asked.on('error', reject);
    asked.end(body);
    return promise;
  }

  #request(method: string, path: string, more: Readonly<Record<string, string | number>>): ClientRequest {
    const headers = { Authorization: `Bearer ${operatorToken}`, ...more };
    return request({ host: '127.0.0.1', port: this.#port, method, path, headers, agent: this.#agent });
  }
}
