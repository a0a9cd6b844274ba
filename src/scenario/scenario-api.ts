/** The APIs of an exchange, as a scenario uses them. */
import type { Operation } from '../contract/operation.ts';
import type { OperatorOperation } from '../contract/operator-operation.ts';
import type { Values } from './scenario.ts';

export type ScenarioKey = {
  readonly email: string;
  readonly apiKey: string;
  readonly secretKey: string;
};

/** `reply` is the content of JSON, or another text as it is. Without a reply, both are null. */
export type Answer = { readonly status: number | null; readonly reply: unknown };

export type OperatorRequest = {
  readonly method: OperatorOperation['method'];
  /** With the query. */
  readonly path: string;
  /** undefined: none. */
  readonly body: object | undefined;
};

export type ScenarioApi = {
  operator(operation: OperatorOperation, values: Values): Promise<Answer>;
  /** Sends a request that is signed with the key. */
  customer(key: ScenarioKey, operation: Operation, values: Values, timeoutMs: number): Promise<Answer>;
};

/** Distributes values among path, query and body. */
export function inputOf({ pathParameters, query }: OperatorOperation, values: Values) {
  const entries = Object.entries(values);
  const isIn = (fields: object) => (entry: readonly [string, unknown]) => Object.hasOwn(fields, entry[0]);
  const [inPath, inQuery] = [isIn(pathParameters.properties), isIn(query.properties)];
  return {
    path: Object.fromEntries(entries.filter(inPath)),
    query: Object.fromEntries(entries.filter((entry) => !inPath(entry) && inQuery(entry))),
    body: Object.fromEntries(entries.filter((entry) => !inPath(entry) && !inQuery(entry))),
  };
}

/** The parameters of a request of customers. */
export function pairsOf(values: Values): string[][] {
  return Object.entries(values).flatMap(([name, value]) =>
    [value].flat().map((each) => [name, String(each)]),
  );
}

export function operatorRequest(operation: OperatorOperation, values: Values): OperatorRequest {
  const { method, path } = operation;
  const { query, body } = inputOf(operation, values);
  const inPath = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(values[name])));
  const text = new URLSearchParams(
    Object.entries(query).map(([name, value]) => [name, String(value)]),
  ).toString();
  return {
    method,
    path: text === '' ? inPath : `${inPath}?${text}`,
    body: method === 'GET' ? undefined : body,
  };
}
