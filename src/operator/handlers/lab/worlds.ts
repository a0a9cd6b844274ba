import { isRejection, type Rejection } from '../../../contract/errors.ts';
import { maxTimeToLiveMs } from '../../../contract/operator/lab/world-fields.ts';
import * as files from '../../../contract/operator/lab/world-files.ts';
import * as snapshots from '../../../contract/operator/lab/world-snapshots.ts';
import * as operations from '../../../contract/operator/lab/worlds.ts';
import { invalid } from '../../../contract/operator-rejections.ts';
import { durationOf } from '../../../lab/duration.ts';
import type { RegisteredWorld } from '../../../lab/worlds/registered-world.ts';
import type { Made } from '../../../lab/worlds/registry.ts';
import { exchangeName, type Naming, type Snapshot } from '../../../lab/worlds/world-options.ts';
import { bytesOf } from '../../../store/world-image.ts';
import { implement, type OperatorParts, worldsOf } from '../../handler.ts';

type World = RegisteredWorld<OperatorParts>;

export const createLabWorld = implement(operations.createLabWorld, async ({ body }, _operator, parts) => {
  const { from = 'demo', world, snapshot, seed, scenario } = body;
  const naming = namingOf(body);
  if (isRejection(naming)) return naming;
  const options = { ...naming, seed };
  const worlds = await worldsOf(parts);
  if (from !== 'snapshot') {
    if (world !== undefined || snapshot !== undefined)
      return invalid('body: world and snapshot are only for from: snapshot.');
    if (scenario === undefined) return viewOfMade(await worlds.createFromTemplate(from, options));
    const made = await worlds.createFromScenario(from, scenario, options);
    if (isRejection(made)) return made;
    const { startedAt, endedAt, events } = made.played;
    return {
      ...view(made.world),
      apiKeys: [...made.apiKeys],
      played: { startedAt, endedAt, events: [...events] },
    };
  }
  if (scenario !== undefined) return invalid('body.scenario: is only for from: demo and from: empty.');
  if (world === undefined || snapshot === undefined)
    return invalid('body: from: snapshot needs world and snapshot.');
  return viewOfMade(await worlds.createFromSnapshot(world, snapshot, options));
});

export const listLabWorlds = implement(operations.listLabWorlds, async (_input, _operator, parts) => {
  const worlds = await worldsOf(parts);
  return { worlds: worlds.list().map(view), bytes: worlds.bytes() };
});

export const getLabWorld = implement(operations.getLabWorld, async ({ path }, _operator, parts) =>
  orView((await worldsOf(parts)).get(path.name)),
);

export const deleteLabWorld = implement(operations.deleteLabWorld, async ({ path }, _operator, parts) => {
  const rejection = await (await worldsOf(parts)).delete(path.name);
  return rejection ?? { name: path.name, deleted: true };
});

export const forkLabWorld = implement(operations.forkLabWorld, async ({ path, body }, _operator, parts) => {
  const naming = namingOf(body);
  if (isRejection(naming)) return naming;
  return viewOfMade(await (await worldsOf(parts)).fork(path.name, naming));
});

export const resetLabWorld = implement(operations.resetLabWorld, async ({ path }, _operator, parts) => {
  const worlds = await worldsOf(parts);
  if (path.name !== exchangeName) return orView(await worlds.reset(path.name));
  const reset = await worlds.resetExchange();
  return isRejection(reset) ? reset : viewOfExchange(reset.bytes, parts.clock);
});

export const createLabSnapshot = implement(
  snapshots.createLabSnapshot,
  async ({ path, body }, _operator, parts) => {
    const snapshot = await (await worldsOf(parts)).snapshot(path.name, body.label ?? null);
    return isRejection(snapshot) ? snapshot : viewOfSnapshot(snapshot);
  },
);

export const listLabSnapshots = implement(snapshots.listLabSnapshots, async ({ path }, _operator, parts) => {
  const world = (await worldsOf(parts)).get(path.name);
  return isRejection(world) ? world : { snapshots: world.snapshots.map(viewOfSnapshot) };
});

export const restoreLabWorld = implement(
  snapshots.restoreLabWorld,
  async ({ path, body }, _operator, parts) =>
    orView(await (await worldsOf(parts)).restore(path.name, body.snapshot)),
);

export const diffLabWorld = implement(snapshots.diffLabWorld, async ({ path, query }, _operator, parts) => {
  const diff = await (await worldsOf(parts)).diff(path.name, query.snapshot);
  if (isRejection(diff)) return diff;
  const { accounts, withdrawals, deposits, balances, omitted } = diff;
  return {
    since: query.snapshot ?? null,
    accounts: [...accounts],
    withdrawals: [...withdrawals],
    deposits: [...deposits],
    balances: [...balances],
    omitted,
  };
});

export const exportLabWorld = implement(files.exportLabWorld, async ({ path }, _operator, parts) => {
  const file = await (await worldsOf(parts)).export(path.name);
  if (isRejection(file)) return file;
  return { name: path.name, bytes: file.byteLength, sqlite: Buffer.from(file).toString('base64') };
});

export const importLabWorld = implement(files.importLabWorld, async ({ body }, _operator, parts) => {
  const file = Buffer.from(body.sqlite, 'base64');
  if (file.byteLength > maxFileBytes) return invalid(`body.sqlite: is longer than ${maxFileBytes} bytes.`);
  const naming = namingOf(body);
  if (isRejection(naming)) return naming;
  return viewOfMade(await (await worldsOf(parts)).import(file, naming));
});

/** Maximum size of an imported world. */
const maxFileBytes = 64 * 1024 * 1024;

type GivenNaming = {
  readonly name?: string;
  readonly timeToLive?: number | string;
  readonly storage?: Naming['storage'];
};

/** A duration in words has the same limits as one in milliseconds. */
function namingOf({ name, timeToLive, storage }: GivenNaming) {
  const timeToLiveMs = timeToLive === undefined ? undefined : durationOf(timeToLive);
  if (timeToLiveMs !== undefined && (timeToLiveMs < 1 || timeToLiveMs > maxTimeToLiveMs))
    return invalid(`body.timeToLive: must be from 1 ms to ${maxTimeToLiveMs} ms.`);
  return { name, storage, timeToLiveMs };
}

function storageOf({ place, databases }: World['options']): 'memory' | 'file' | 'postgres' {
  if (place !== undefined) return 'file';
  return databases === undefined ? 'memory' : 'postgres';
}

function view({ options, world, createdAt, usedAt, snapshots }: World) {
  const { name, from, seed, timeToLiveMs, parked } = options;
  return {
    ...{ name, from, seed, timeToLiveMs, createdAt, usedAt, parked },
    worldTime: world.now,
    storage: storageOf(options),
    awake: world.isAwake,
    bytes: bytesOf(world.image),
    snapshots: snapshots.length,
  };
}

/** The reply about the exchange of the process, on PostgreSQL, after its reset. */
function viewOfExchange(bytes: number, { wire, world }: OperatorParts['clock']) {
  const nowMs = wire.now();
  return {
    worldTime: world.now(),
    ...{ name: exchangeName, from: 'demo', seed: null, timeToLiveMs: null, createdAt: nowMs, usedAt: nowMs },
    ...{ parked: 0, storage: 'postgres' as const, awake: true, bytes, snapshots: 0 },
  };
}

function orView<R extends Rejection>(world: World | R) {
  // cast: a value that is not a world is the rejection.
  return isRejection(world) ? (world as R) : view(world);
}

function viewOfMade<R extends Rejection>(made: Made<OperatorParts> | R) {
  // cast: a value that was not made is the rejection.
  return isRejection(made) ? (made as R) : { ...view(made.world), apiKeys: [...made.apiKeys] };
}

function viewOfSnapshot({ id, label, createdAt, saved }: Snapshot) {
  return { id, label, at: saved.atMs, createdAt, bytes: bytesOf(saved.image) };
}
