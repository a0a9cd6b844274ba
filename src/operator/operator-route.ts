/** Finds the operation for a path and a method, and the values of the placeholders in the path. */
import { type Rejection, reject } from '../contract/errors.ts';
import type { OperatorOperation } from '../contract/operator-operation.ts';
import { decodePercent } from '../http/raw-parameters.ts';

/** `values` are the percent-decoded values of the placeholders in the path. */
type Found<R> = { readonly route: R; readonly values: Readonly<Record<string, string>> };
export type RouteResult<R> = Found<R> | { readonly allowedMethods: readonly string[] };

type Pattern<R> = { readonly route: R; readonly method: string; readonly segments: readonly string[] };

/** `allowedMethods` is empty if the path is unknown. */
export function createOperatorRoutes<R extends { readonly operation: OperatorOperation }>(
  routes: readonly R[],
): (path: string, method: string) => RouteResult<R> | Rejection {
  const patterns = routes.map(
    (route): Pattern<R> => ({
      route,
      method: route.operation.method,
      segments: route.operation.path.split('/'),
    }),
  );
  return (path, method) => {
    const segments = path.split('/');
    const fitting = patterns.filter((pattern) => fits(pattern.segments, segments));
    const pattern = fitting.find((each) => each.method === method);
    if (pattern === undefined) return { allowedMethods: fitting.map((each) => each.method) };
    const values = readPlaceholders(pattern.segments, segments);
    return 'rejected' in values ? (values as Rejection) : { route: pattern.route, values };
  };
}

const placeholder = /^\{(\w+)\}$/;

function fits(pattern: readonly string[], segments: readonly string[]): boolean {
  return (
    pattern.length === segments.length &&
    pattern.every((each, index) =>
      placeholder.test(each) ? segments[index] !== '' : each === segments[index],
    )
  );
}

function readPlaceholders(pattern: readonly string[], segments: readonly string[]) {
  const values: Record<string, string> = {};
  for (const [index, each] of pattern.entries()) {
    const name = placeholder.exec(each)?.[1];
    if (name === undefined) continue;
    const value = decodePercent(segments[index] as string);
    if (value === null)
      return reject('operator-invalid', { reason: `path.${name}: is not percent-encoded UTF-8` });
    values[name] = value;
  }
  return values;
}
