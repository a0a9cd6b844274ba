/** A server with the lab that is killed while it makes, restores or resets a world. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { startBursarWith } from '../cli/command-line.ts';
import type { Json } from '../lab/worlds-client.ts';
import { type Credentials, signQuery } from '../support/exchange.ts';
import { createRandom, seed } from '../support/seed.ts';
import { outsideAddresses } from '../support/standard-world.ts';

const random = createRandom(seed);
const [address = ''] = outsideAddresses.ETH ?? [];

export class LabProcess {
  readonly #process: ReturnType<typeof startBursarWith>;
  readonly #ready: Json;

  private constructor(process: ReturnType<typeof startBursarWith>, ready: Json) {
    this.#process = process;
    this.#ready = ready;
  }

  static async start(folder: string, url: string | undefined): Promise<LabProcess> {
    const flags = ['--port', '0', '--operator-port', '0', '--json', '--data', folder, '--log-level', 'warn'];
    const settings = url === undefined ? {} : { DATABASE_URL: url };
    const process = startBursarWith(settings, 'start', '--demo', '1', '--lab', '1', ...flags);
    const [line] = await process.printed(/^\{"url".*\}$/m);
    return new LabProcess(process, JSON.parse(line));
  }

  async kill(): Promise<void> {
    this.#process.child.kill('SIGKILL');
    await this.#process.finished;
  }

  /** @throws if the server is killed meanwhile. */
  async operate(method: string, path: string, body?: object, world?: string): Promise<Json> {
    const token = readFileSync(this.#ready.operatorTokenFile, 'utf8').trim();
    const response = await fetch(`${this.#ready.operatorUrl}/operator/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(world !== undefined && { 'bursar-world': world }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    assert.ok(response.ok, `${method} ${path}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  /** @returns the id of a withdrawal that was acknowledged. */
  async withdraw(key: Credentials): Promise<string> {
    const query = signQuery(key, `coin=ETH&address=${address}&amount=0.02`);
    const path = `/sapi/v1/capital/withdraw/apply?${query}`;
    const headers = { 'X-MBX-APIKEY': key.apiKey };
    const response = await fetch(`${this.#ready.url}${path}`, { method: 'POST', headers });
    const body = (await response.json()) as Json;
    assert.equal(response.status, 200, JSON.stringify(body));
    return body.id;
  }

  /** Whether the account of a key has a withdrawal. */
  async knows(key: Credentials, id: string): Promise<boolean> {
    const headers = { 'X-MBX-APIKEY': key.apiKey };
    const path = `/sapi/v1/capital/withdraw/history?${signQuery(key, `idList=${id}`)}`;
    const response = await fetch(`${this.#ready.url}${path}`, { headers });
    const body = (await response.json()) as Json;
    assert.equal(response.status, 200, JSON.stringify(body));
    return body.length === 1;
  }

  async assertBalanced(world?: string): Promise<void> {
    const report = await this.operate('GET', '/integrity', undefined, world);
    assert.equal(report.ok, true, `${world ?? 'the exchange'}: ${JSON.stringify(report)}`);
  }

  async worlds(): Promise<readonly string[]> {
    const { worlds } = await this.operate('GET', '/lab/worlds');
    return worlds.map(({ name }: { readonly name: string }) => name);
  }
}

export type Change = (server: LabProcess) => Promise<Json>;
/** The duration of each change when it was last measured, ms. */
const durations = new Map<string, number>();

/** @returns the reply of the change if it arrived before the server was killed, and the moment of the kill. */
export async function killDuring(server: LabProcess, what: string, change: Change) {
  const afterMs = random.below(Math.ceil((durations.get(what) ?? 200) * 1.2));
  const answered = change(server).catch(() => undefined);
  await pause(afterMs);
  await server.kill();
  return { reply: await answered, moment: `${what}, killed after ${afterMs} ms` };
}

export async function measure(what: string, change: () => Promise<Json>): Promise<Json> {
  const begunMs = performance.now();
  const reply = await change();
  durations.set(what, performance.now() - begunMs);
  return reply;
}

const base = '/lab/worlds';
export const change =
  (path: string, body: object = {}) =>
  (server: LabProcess) =>
    server.operate('POST', `${base}${path}`, body);
