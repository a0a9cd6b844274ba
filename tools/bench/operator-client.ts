/** A client of the operator API for benchmarks: keep-alive connections and many concurrent requests. */
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { operatorToken } from './server-process.ts';

export const maxConcurrency = 64;

export class OperatorClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: maxConcurrency });
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  get(path: string): Promise<string> {
    return this.#ask('GET', path);
  }

  /** @param world of the lab; by default the exchange itself. */
  async change(
    method: 'PUT' | 'POST',
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
    const headers = {
      Authorization: `Bearer ${operatorToken}`,
      ...(world !== undefined && { 'Bursar-World': world }),
      ...(body !== undefined && {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(body),
      }),
    };
    const asked = request({ host: '127.0.0.1', port: this.#port, method, path, headers, agent: this.#agent });
    asked.on('response', async (reply) => {
      try {
        const content = await text(reply);
        const status = reply.statusCode ?? 0;
        if (status >= 200 && status < 300) resolve(content);
        else reject(new Error(`${method} ${path} answered ${status}: ${content}`));
      } catch (error) {
        reject(error);
      }
    });
    asked.on('error', reject);
    asked.end(body);
    return promise;
  }
}
