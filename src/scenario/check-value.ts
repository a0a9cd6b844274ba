/** Checks a part of a scenario against its schema. */

import type { TSchema } from '../contract/schema.ts';
import { createSchemaCheck, type SchemaCheck } from '../contract/schema-check.ts';
import { ScenarioProblem } from './scenario.ts';

const checks = new WeakMap<TSchema, SchemaCheck>();

/**
 * @param at its place in the scenario
 * @throws ScenarioProblem
 */
export function checkValue(schema: TSchema, value: unknown, at: string): void {
  const check = checks.get(schema) ?? createSchemaCheck(schema, 'here');
  checks.set(schema, check);
  const problem = check(value);
  if (problem === null) return;
  const place = [at, problem.at].filter(Boolean).join('.');
  throw new ScenarioProblem(place, problem.rule);
}
