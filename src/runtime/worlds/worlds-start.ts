/** The worlds of the lab in one process, and the way of customers' requests to them. */
import { randomBytes } from 'node:crypto';
import { dialectOfTarget } from '../../customer/customer-api.ts';
import { openSnapshot } from '../../engine/open-store.ts';
import type { RawReply, RawRequest } from '../../http/http-message.ts';
import type { Admit } from '../../http/web-socket/message-channel.ts';
import { KeyedConnection } from '../../lab/worlds/keyed-connection.ts';
import { splitWorldTarget } from '../../lab/worlds/world-path.ts';
import { PlaceProblem } from '../../lab/worlds/world-place.ts';
import { Worlds } from '../../lab/worlds/worlds.ts';
import type { OperatorParts } from '../../operator/handler.ts';
import { StoreFault } from '../../store/port.ts';
import { sqliteOf } from '../../store/world-image.ts';
import { notDoneReply } from '../bound-listener.ts';
import type { CustomerWays } from '../customer-listener.ts';
import { copyExchange } from './exchange-copy.ts';
import { resetExchange } from './exchange-reset.ts';
import { openWorld, type WorldParts } from './open-world.ts';
import { Templates } from './templates.ts';
import { WorldDatabases } from './world-databases.ts';
import { WorldFileReader } from './world-file-reader.ts';
import { canDecryptWith, fromFile, toFile } from './world-files.ts';
import { WorldFolders } from './world-folders.ts';
import { readWorldScenario } from './world-scenario.ts';

export function createWorlds(parts: WorldParts): Worlds<OperatorParts> {
  const { config, machine, secretBox, log } = parts;
  const templates = new Templates({ machine, secretBox });
  const places = new WorldFolders(config.BURSAR_DATA, (world, error) =>
    log.warn({ err: error, world }, 'a world on file cannot be read; its folder is left as it is'),
  );
  const createFolder = () => places.createTemporary();
  const databases =
    parts.exchange && WorldDatabases.beside(parts.exchange, { machine, secretBox }, createFolder);
  const reader = new WorldFileReader(canDecryptWith(secretBox));
  const worlds = new Worlds<OperatorParts>({
    clock: machine,
    maker: {
      open: (plan) => openWorld(parts, plan),
      places,
      databases,
      async close() {
        places.close();
        await reader.close();
        await databases?.close();
      },
      copyExchange: () => copyExchange(parts.exchange, createFolder),
      resetExchange: () => resetExchange(parts.exchange, databases),
      readScenario: (value) => readWorldScenario(value, machine.monotonic),
      template: (name, storage) =>
        (storage === 'postgres' && databases ? databases.templates : templates).get(name),
      openBooks: (image) =>
        'database' in image && databases
          ? databases.openBooks(image)
          : openSnapshot({ image: sqliteOf(image).store }, machine.monotonic),
      toFile,
      fromFile: (file) => fromFile(file, reader),
    },
    encryptSecret: (secret) => secretBox.encrypt(secret),
    randomSeed: () => randomBytes(4).readUInt32LE(),
    randomName: () => randomBytes(4).toString('hex'),
    onFault: (error) => log.warn(error, 'a world could not be put to sleep or deleted'),
  });
  try {
    worlds.resume();
  } catch (error) {
    if (!(error instanceof PlaceProblem)) throw error;
    log.warn(error, 'the worlds on file are not served');
  }
  return worlds;
}

const keyHeader = 'x-mbx-apikey';

/** Answers requests by the world that their path or their key names, and others by the exchange itself. */
export function routeToWorlds(worlds: Worlds<OperatorParts>, { handle, admit }: CustomerWays): CustomerWays {
  const inPath = (request: RawRequest) => {
    const split = splitWorldTarget(request.target);
    const world = split && worlds.named(split.name);
    return split && world && { world, request: { ...request, target: split.target } };
  };
  return {
    handle(request) {
      const found = inPath(request);
      if (found !== undefined)
        return worlds.handle(found.world, found.request).catch(unavailable(found.request));
      const apiKey = request.headers[keyHeader];
      const world = typeof apiKey === 'string' ? worlds.ofKey(apiKey) : undefined;
      return world === undefined
        ? handle(request)
        : worlds.handle(world, request).catch(unavailable(request));
    },
    async admit(request) {
      const found = inPath(request);
      if (found !== undefined)
        return worlds.admit(found.world, found.request).catch(unavailable(found.request));
      const admitted = await admit(request);
      if (typeof admitted !== 'function') return admitted;
      const openIn = (apiKey: string) => {
        const world = worlds.ofKey(apiKey);
        return world && worlds.admit(world, request).catch(unavailable(request)).then(handlerOrNone);
      };
      return (channel) => new KeyedConnection(channel, admitted(channel), openIn);
    },
  };
}

/** The reply if the world does not wake, or was just deleted: the request has not begun. @throws other errors. */
const unavailable =
  ({ target }: RawRequest) =>
  (error: unknown): RawReply => {
    if (error instanceof StoreFault) return notDoneReply(dialectOfTarget(target).errorBody);
    throw error;
  };

const handlerOrNone = (admitted: Awaited<ReturnType<Admit>>) =>
  typeof admitted === 'function' ? admitted : undefined;
