/** The worlds of a server, by its operator API. */
import type { SigningKey } from '../load/load.ts';
import { OperatorClient } from '../operator-client.ts';
import type { ServerProcess } from '../server-process.ts';
import { withdrawals } from '../subject.ts';
import { runAccepted } from './measurement.ts';

export const worldsPath = '/operator/v1/lab/worlds';
/** Bookings at the same time. */
const together = 32;

type Made = { readonly name: string; readonly bytes: number; readonly apiKeys: readonly SigningKey[] };

export class WorldsOfServer {
  readonly #server: ServerProcess;
  readonly #client: OperatorClient;

  constructor(server: ServerProcess) {
    this.#server = server;
    this.#client = new OperatorClient(server.operatorPort);
  }

  make(options: object): Promise<Made> {
    return this.change(worldsPath, options);
  }

  async change(path: string, body: object = {}, world?: string): Promise<Made & { readonly id: string }> {
    return (await this.#client.change('POST', path, body, world)) as Made & { readonly id: string };
  }

  async remove(world: string): Promise<void> {
    await this.#client.remove(`${worldsPath}/${world}`);
  }

  /** Credits small amounts until the image has at least this many bytes. */
  async fill(world: string, bytes: number): Promise<void> {
    const credit = { asset: 'ETH', amount: '0.01', reason: 'makes the world larger' };
    const path = '/operator/v1/accounts/demo@example.com/credit';
    for (let size = 0; size < bytes; ) {
      for (let count = 0; count < 20; count += 1)
        await Promise.all(Array.from({ length: together }, () => this.change(path, credit, world)));
      const { name } = await this.change(`${worldsPath}/${world}/fork`);
      size = JSON.parse(await this.#client.get(`${worldsPath}/${name}`)).bytes;
      await this.remove(name);
    }
  }

  /** Withdrawals per second of one account of a world that is made for it. */
  async rateInNewWorld(durationMs: number): Promise<number> {
    const { name, apiKeys } = await this.make({});
    const credit = { asset: 'ETH', amount: '600000', reason: 'bench' };
    await this.change('/operator/v1/accounts/demo@example.com/credit', credit, name);
    const load = withdrawals(this.#server, apiKeys.slice(0, 1), { durationMs });
    const { ratePerSecond } = await runAccepted(load);
    await this.remove(name);
    return ratePerSecond;
  }

  close(): void {
    this.#client.close();
  }
}
