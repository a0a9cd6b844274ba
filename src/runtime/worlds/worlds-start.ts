/** The worlds of the lab in one process, and the way of customers' requests to them. */
import { randomBytes } from 'node:crypto';
import { openSnapshot } from '../../engine/open-store.ts';
import type { HandleRaw } from '../../http/raw-routing.ts';
import { Worlds } from '../../lab/worlds/worlds.ts';
import type { OperatorParts } from '../../operator/handler.ts';
import { openWorld, type WorldParts } from './open-world.ts';
import { Templates } from './templates.ts';
import { fromFile, toFile } from './world-files.ts';

export function createWorlds(parts: WorldParts): Worlds<OperatorParts> {
  const { machine, secretBox, log } = parts;
  const templates = new Templates({ machine, secretBox });
  return new Worlds({
    clock: machine,
    maker: {
      open: (plan) => openWorld(parts, plan),
      template: (name) => templates.get(name),
      openBooks: ({ store }) => openSnapshot({ image: store }, machine.monotonic),
      toFile,
      fromFile: (file) => fromFile(file, secretBox, machine),
    },
    encryptSecret: (secret) => secretBox.encrypt(secret),
    randomSeed: () => randomBytes(4).readUInt32LE(),
    randomName: () => randomBytes(4).toString('hex'),
    onFault: (error) => log.warn(error, 'a world could not be put to sleep or deleted'),
  });
}

const keyHeader = 'x-mbx-apikey';
/** The name of a world and the rest of the target. */
const prefixed = /^\/w\/([^/?]*)(.*)$/s;

/** Answers requests by the world that their path or their key names, and others by the exchange itself. */
export function routeToWorlds(worlds: Worlds<OperatorParts>, handle: HandleRaw): HandleRaw {
  return (request) => {
    const [, name, rest = ''] = prefixed.exec(request.target) ?? [];
    if (name !== undefined) {
      const world = worlds.named(name);
      if (world === undefined) return handle(request);
      return worlds.handle(world, { ...request, target: rest.startsWith('/') ? rest : `/${rest}` });
    }
    const apiKey = request.headers[keyHeader];
    const world = typeof apiKey === 'string' ? worlds.ofKey(apiKey) : undefined;
    return world === undefined ? handle(request) : worlds.handle(world, request);
  };
}
