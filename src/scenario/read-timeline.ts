/** Reads the steps of a timeline: operations of operators and of customers by their ids, and deposits. */
import { customerOperations } from '../contract/customer-operations.ts';
import { nearest } from '../contract/nearest.ts';
import type { OperatorOperation } from '../contract/operator-operation.ts';
import { operatorOperations } from '../contract/operator-operations.ts';
import type { TSchema } from '../contract/schema.ts';
import { durationOf, maxWorldMs } from '../lab/duration.ts';
import { checkValue } from './check-value.ts';
import { nameOf } from './references.ts';
import { type Action, ScenarioProblem, type ScenarioStep, type Values } from './scenario.ts';
import { closed, depositSchema, stepSchema } from './schema.ts';

const ofOperators = new Map(operatorOperations.map((each) => [each.id, each]));
const ofCustomers = new Map(customerOperations.map((each) => [each.id, each]));
const depositStep = 'deposit';
const defaultTimeoutMs = 10_000;

type GivenStep = {
  readonly at?: string | number;
  readonly do: string;
  readonly with?: Values;
  readonly as?: string;
  readonly name?: string;
  readonly timeoutMs?: number;
};

/** @throws ScenarioProblem */
export function readTimeline(items: readonly unknown[]): readonly ScenarioStep[] {
  const names = new Set<string>();
  let atMs = 0;
  return items.map((item, index) => {
    const at = `timeline[${index}]`;
    checkValue(stepSchema, item, at);
    const step = item as GivenStep;
    const stepMs = step.at === undefined ? atMs : durationOf(step.at);
    if (stepMs > maxWorldMs) throw new ScenarioProblem(`${at}.at`, 'is beyond the latest time of a world');
    if (stepMs < atMs) throw new ScenarioProblem(`${at}.at`, 'is earlier than the step before it');
    atMs = stepMs;
    const action = readAction(step, at, names);
    if (step.name !== undefined) addName(step.name, names, at);
    return { atMs, action, name: step.name };
  });
}

function addName(name: string, names: Set<string>, at: string): void {
  if (names.has(name)) throw new ScenarioProblem(`${at}.name`, `an earlier step is called ${name} too`);
  names.add(name);
}

function readAction(step: GivenStep, at: string, names: ReadonlySet<string>): Action {
  const { do: id, with: values = {}, as, timeoutMs } = step;
  const resolvable = checkReferences(values, names, `${at}.with`);
  const operation = ofCustomers.get(id);
  if (operation !== undefined) {
    if (as === undefined) throw new ScenarioProblem(`${at}.as`, `is required: the account that sends ${id}`);
    return { kind: 'customer', operation, values, as, timeoutMs: timeoutMs ?? defaultTimeoutMs };
  }
  for (const field of ['as', 'timeoutMs'] as const)
    if (step[field] !== undefined)
      throw new ScenarioProblem(`${at}.${field}`, `only requests of customers have one, and ${id} is none`);
  if (id === depositStep) {
    checkWith(depositSchema, values, resolvable, `${at}.with`);
    return { kind: depositStep, values };
  }
  const ofOperator = ofOperators.get(id);
  if (ofOperator === undefined) throw new ScenarioProblem(`${at}.do`, unknownOperation(id));
  checkWith(fieldsOf(ofOperator), values, resolvable, `${at}.with`);
  return { kind: 'operator', operation: ofOperator, values };
}

function unknownOperation(id: string): string {
  const meant = nearest(id, [depositStep, ...ofOperators.keys(), ...ofCustomers.keys()]);
  const hint = meant === undefined ? 'openapi.json of both ports lists them' : `did you mean ${meant}?`;
  return `there is no operation ${JSON.stringify(id.slice(0, 80))}; ${hint}`;
}

/** All that an operation takes. A parameter of the path may also be a field of the body, which then equals it. */
function fieldsOf({ body, query, pathParameters }: OperatorOperation): TSchema {
  return closed({ ...body.properties, ...query.properties, ...pathParameters.properties });
}

/** @returns the fields whose values are references. */
function checkReferences(values: Values, names: ReadonlySet<string>, at: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [field, value] of Object.entries(values)) {
    const name = nameOf(value);
    if (name === undefined) continue;
    if (!names.has(name))
      throw new ScenarioProblem(`${at}.${field}`, `no earlier step is called ${name}; give one this name`);
    found.add(field);
  }
  return found;
}

/** References stand for values that are not known yet, so their fields may be anything. */
function checkWith(schema: TSchema, values: Values, resolvable: ReadonlySet<string>, at: string): void {
  const { properties, required = [] } = schema as unknown as {
    readonly properties: Readonly<Record<string, TSchema>>;
    readonly required?: readonly string[];
  };
  const fields = Object.entries(properties).map(([name, each]) => [name, resolvable.has(name) ? {} : each]);
  checkValue({ ...schema, properties: Object.fromEntries(fields), required } as TSchema, values, at);
}
