/**
 * For each operation, a call that succeeds, and for each of its own errors, a call that provokes it: those that the
 * files in calls/ export. Operations without own errors and without mandatory parameters need none.
 */
import assert from 'node:assert/strict';
import { importFolder } from '../../src/contract/import-folder.ts';
import type { Operation, ShownErrorId } from '../../src/contract/operation.ts';
import { OperationCalls } from './operation-calls.ts';
import { type Provocations, sharedProvocations } from './shared-calls.ts';

const isListOfCalls = (value: unknown): value is readonly OperationCalls[] =>
  Array.isArray(value) && value.every((each) => each instanceof OperationCalls);
const lists = await importFolder(new URL('./calls/', import.meta.url), isListOfCalls);
const byOperation = new Map(lists.flat().map((each) => [each.operation, each]));

/** The query of a call that succeeds. */
export function goodQueryOf(operation: Operation): string {
  const query = byOperation.get(operation)?.goodQuery;
  if (query !== undefined) return query;
  const mandatory = Object.entries(operation.parameters).filter(([, each]) => each.mandatory);
  const names = mandatory.map(([name]) => name).join(', ');
  assert.equal(names, '', `${operation.id} has no call that succeeds: add one with ${names} to ${here}`);
  return '';
}

export function provocationsOf(operation: Operation): Provocations {
  return {
    ...sharedProvocations(operation, goodQueryOf(operation)),
    ...byOperation.get(operation)?.provocations,
  };
}

/** @throws an Error that says what to add if a listed error is not provoked. */
export function assertAllProvoked(operation: Operation, listed: readonly ShownErrorId[]): void {
  const provoked = Object.keys(provocationsOf(operation));
  const missing = listed.filter((id) => !provoked.includes(id)).join(', ');
  assert.equal(missing, '', `${operation.id} has no call that provokes ${missing}: add it to ${here}`);
  const others = provoked.filter((id) => !listed.includes(id as ShownErrorId)).join(', ');
  assert.equal(others, '', `${operation.id} does not list ${others}, which ${here} provokes`);
}

const here = 'a file in test/contract/calls/';
