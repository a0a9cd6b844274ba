/** Places for random worlds of the lab: each world is a copy of one that has the accounts of the model. */
import { CopiedWorlds, type Storage } from './copied-world.ts';
import { LabPlay, type Reached } from './lab-play.ts';
import { RegistryWorlds } from './registry-world.ts';
import { openWire } from './wire.ts';

export type PlaceName = 'in memory' | Storage;

export type Place = {
  /** @param seed of everything random in the world */
  begin(seed: number, reached?: Reached): Promise<LabPlay>;
  close(): Promise<void>;
};

export function openPlace(name: PlaceName): Promise<Place> {
  return name === 'in memory' ? openMemory() : openCopied(name);
}

/** One world out of this many sends its requests over HTTP. */
const worldsPerWire = 8;

async function openMemory(): Promise<Place> {
  const all = new RegistryWorlds();
  const wire = await openWire(all);
  const world = await all.create('model');
  const play = await LabPlay.begin(world);
  const snapshot = await world.snapshot();
  return {
    async begin(seed, reached = new Map()) {
      const transport = seed % worldsPerWire === 0 ? wire.transport : undefined;
      return play.copy(await all.copy(world, snapshot, seed, transport), reached);
    },
    async close() {
      await wire.close();
      await all.close();
    },
  };
}

async function openCopied(storage: Storage): Promise<Place> {
  const all = new CopiedWorlds(storage);
  const world = await all.create();
  const play = await LabPlay.begin(world);
  const snapshot = await world.snapshot();
  return {
    begin: async (seed, reached = new Map()) => play.copy(await all.copy(world, snapshot, seed), reached),
    close: () => world.close(),
  };
}
