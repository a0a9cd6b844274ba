/** Why something cannot be done with worlds. */
import { type Rejection, reject } from '../../contract/errors.ts';
import { invalid } from '../../contract/operator-rejections.ts';
import { StoreFault } from '../../store/port.ts';
import { DatabaseProblem } from '../../store/postgres/database-problem.ts';
import { TooLargeForImage } from '../../store/sqlite/image.ts';
import type { WorldMaker } from './world.ts';
import { exchangeName, type Storage } from './world-options.ts';
import { PlaceProblem } from './world-place.ts';

export type Unknown = Rejection<'operator-not-found'>;
export type Conflict = Rejection<'operator-conflict'>;

export const conflict = (reason: string): Conflict => reject('operator-conflict', { reason });

/** The reply for a name that no world has. */
export const noWorld = (name: string): Unknown | Conflict =>
  name === exchangeName
    ? conflict(
        `${name} is the exchange itself, which can only be forked, exported and, on PostgreSQL, reset; fork it, and use the fork.`,
      )
    : reject('operator-not-found', { what: `world ${name}` });

/** The reply to a request whose header names a world that does not exist. */
export const noWorldOfHeader = (name: string): Rejection<'operator-invalid'> =>
  invalid(`Bursar-World: there is no world ${name}.`);

/** It was deleted before the work began. */
export class DeletedWorld extends StoreFault {
  constructor(name: string) {
    super('not-done', `World ${name} was deleted meanwhile`);
  }
}

/** @returns a handler of errors that returns the reply if the world was deleted, and throws every other error. */
export function unlessDeleted<R>(reply: R): (error: unknown) => R {
  return (error) => {
    if (error instanceof DeletedWorld) return reply;
    throw error;
  };
}

/** @throws the error itself if it is not about the place or the size of a world. */
export function placeProblem(error: unknown): Conflict {
  if (error instanceof TooLargeForImage) return conflict(`The world is too large: ${error.message}.`);
  if (error instanceof PlaceProblem) return conflict(`The world cannot be kept on file: ${error.message}.`);
  if (error instanceof DeletedWorld) return conflict(`${error.message}.`);
  if (error instanceof DatabaseProblem)
    return conflict(`The world cannot be kept on PostgreSQL: ${error.message}.`);
  throw error;
}

const maxWorlds = 2000;
/** Maximum size of all images together. */
const maxBytes = 2 ** 31;

/** @param count the number of existing worlds */
export function problemOfNew(name: string, isTaken: boolean, count: number): Conflict | undefined {
  if (name === exchangeName) return conflict(`${exchangeName} is the exchange itself; choose another name.`);
  if (isTaken) return conflict(`World ${name} exists already.`);
  if (count >= maxWorlds)
    return conflict(`There are ${maxWorlds} worlds, which is the maximum; delete one first.`);
}

export function problemOfBytes(bytes: number): Conflict | undefined {
  return bytes < maxBytes
    ? undefined
    : conflict(`The worlds take ${maxBytes} bytes, which is the maximum; delete some, or their snapshots.`);
}

export async function problemOfStorage(
  storage: Storage | undefined,
  { databases }: Pick<WorldMaker<never>, 'databases'>,
): Promise<Conflict | undefined> {
  if (storage !== 'postgres') return undefined;
  if (databases === undefined)
    return conflict('Worlds on PostgreSQL are beside an exchange on PostgreSQL, and this one is on SQLite.');
  const problem = await databases.problem();
  return problem === undefined ? undefined : conflict(`${problem}.`);
}
