/** Finds the operation for a path and a method. */
import type { Operation } from '../contract/operation.ts';
import type { Route } from './request-context.ts';

const unknownPath: Route = { operation: undefined, allowedMethods: [] };

/** `documents` are paths that only support GET and are not operations. HEAD is allowed wherever GET is. */
export function createRouteFinder(
  operations: readonly Operation[],
  documents: readonly string[],
): (path: string, method: string) => Route {
  const document: Route = { operation: undefined, allowedMethods: methodsLike('GET') };
  const routes = new Map(documents.map((path) => [path, new Map([['GET', document]])]));
  for (const operation of operations) {
    for (const path of operation.paths) {
      const methods = routes.get(path) ?? new Map<string, Route>();
      methods.set(operation.method, { operation, allowedMethods: methodsLike(operation.method) });
      routes.set(path, methods);
    }
  }
  return (path, method) => {
    const methods = routes.get(path);
    if (methods === undefined) return unknownPath;
    return (
      methods.get(method) ?? {
        operation: undefined,
        allowedMethods: [...methods.keys()].flatMap(methodsLike),
      }
    );
  };
}

/**
 * deviation: HEAD is answered on every path that supports GET, like GET but without a body; the specification does not
 * mention HEAD.
 */
function methodsLike(method: string): readonly string[] {
  return method === 'GET' ? ['GET', 'HEAD'] : [method];
}
