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
  operator(request: OperatorRequest): Promise<Answer>;
  /** Sends a request that is signed with the key. */
  customer(key: ScenarioKey, operation: Operation, values: Values, timeoutMs: number): Promise<Answer>;
};

/** Distributes values among path, query and body. */
export function operatorRequest(operation: OperatorOperation, values: Values): OperatorRequest {
  const { method, path, pathParameters, query } = operation;
  const isIn = (fields: object, name: string) => Object.hasOwn(fields, name);
  const inPath = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(values[name])));
  const entries = Object.entries(values).filter(([name]) => !isIn(pathParameters.properties, name));
  const inQuery = entries.filter(([name]) => isIn(query.properties, name));
  const inBody = entries.filter(([name]) => !isIn(query.properties, name));
  const text = new URLSearchParams(inQuery.map(([name, value]) => [name, String(value)])).toString();
  return {
    method,
    path: text === '' ? inPath : `${inPath}?${text}`,
    body: method === 'GET' ? undefined : Object.fromEntries(inBody),
  };
}
