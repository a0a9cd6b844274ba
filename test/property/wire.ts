/** The wire between played worlds and their clients: a listener of the server, and HTTP. */
import { setTimeout as pause } from 'node:timers/promises';
import { bindCustomerListener } from '../../src/runtime/customer-listener.ts';
import { routeToWorlds } from '../../src/runtime/worlds/worlds-start.ts';
import type { RegistryWorlds, Transport } from './registry-world.ts';

const nothing = { status: 404, body: '{}' };
const lookIntervalMs = 5;

export async function openWire({ parts, worlds }: RegistryWorlds): Promise<{
  readonly transport: Transport;
  close(): Promise<void>;
}> {
  const listener = await bindCustomerListener(parts.config, parts.machine);
  await listener.route();
  const ways = routeToWorlds(worlds, { handle: async () => nothing, admit: async () => nothing });
  listener.serve({ ...ways, refuse: () => nothing });
  const transport: Transport = async (world, { method, target, headers }, isHanging) => {
    const leaving = new AbortController();
    const url = `http://127.0.0.1:${listener.port}/w/${world}${target}`;
    const sent = fetch(url, { method, headers: headers as Record<string, string>, signal: leaving.signal });
    const answered = sent.then(async (response) => ({
      status: response.status,
      contentType: response.headers.get('content-type') ?? '',
      body: await response.text(),
    }));
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    answered.then(over, over);
    // The client gives up once no reply will come any more.
    while (!isOver) {
      await pause(lookIntervalMs);
      if (isHanging()) leaving.abort();
    }
    return answered;
  };
  return { transport, close: () => listener.close() };
}
