/** Operators of a played world, who have accepted their links there. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import type { Operator } from '../../src/command/unit-of-work.ts';
import type { OperatorRole } from '../../src/contract/operator-permissions.ts';
import type { PlayedWorld } from './played-world.ts';

const staff: Readonly<Record<string, readonly OperatorRole[]>> = {
  ann: ['administrator', 'approver'],
  bob: ['approver', 'treasurer'],
  cid: ['treasurer', 'approver'],
  dan: ['approver'],
};
export async function admitStaff(world: PlayedWorld): Promise<readonly Operator[]> {
  const admitted: Operator[] = [];
  for (const name of Object.keys(staff)) admitted.push(await admit(world, name, admitted[0]));
  return admitted;
}

/** The first administrator, or an operator whom the first administrator has invited. */
async function admit(world: PlayedWorld, name: string, inviter: Operator | undefined): Promise<Operator> {
  const { commands } = world;
  const atMs = world.now();
  const hash = (what: string) => createHash('sha256').update(`${what} of ${name}`).digest('hex');
  const session = { secretHash: hash('session'), ip: '127.0.0.1', userAgent: 'a test', by: 'link', atMs };
  const access = { passwordHash: null, session };
  if (inviter !== undefined) {
    const link = { secretHash: hash('link'), atMs };
    await done(
      commands.submit('createOperator', { operator: inviter, name, roles: staff[name] ?? [], link }),
    );
  }
  const { operator: row, session: opened } = await done(
    inviter === undefined
      ? commands.submit('createFirstAdministrator', { name, roles: staff[name] ?? [], ...access })
      : commands.submit('acceptOperatorLink', { linkHash: hash('link'), ...access }),
  );
  const proof = { by: 'link', atMs, isFresh: true };
  const ids = { operatorId: row.id, name, roles: row.roles, sessionId: opened.id };
  const principal = { kind: 'operator', ...ids, proof, unconfirmedUntilMs: row.unconfirmedUntil } as const;
  return { actor: `operator:${name}`, reason: 'a test', principal };
}

/** @returns what a command has done. @throws AssertionError if it was rejected. */
export async function done<R>(outcome: Promise<R>): Promise<Extract<R, { done: unknown }>['done']> {
  const settled = await outcome;
  assert.ok(typeof settled === 'object' && settled !== null && 'done' in settled, inspect(settled));
  return settled.done as never;
}

/** The bootstrap token is nobody in particular. */
export const personOf = ({ principal }: Operator) =>
  principal?.kind === 'operator' ? principal.operatorId : 'bootstrap';
