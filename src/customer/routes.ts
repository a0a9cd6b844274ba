/** Finds the operation for a path and a method. */
import { api, dialectOfPath } from '../contract/dialect.ts';
import type { Operation } from '../contract/operation.ts';
import type { Route } from './request-context.ts';

/** `documents` are paths that only support GET and are not operations. HEAD is allowed wherever GET is. */
export function createRouteFinder(
  operations: readonly Operation[],
  documents: readonly string[],
): (path: string, method: string) => Route {
  const document: Route = { operation: undefined, dialect: api, allowedMethods: methodsLike('GET') };
  const routes = new Map(documents.map((path) => [path, new Map([['GET', document]])]));
  for (const operation of operations) {
    for (const path of operation.paths) {
      const methods = routes.get(path) ?? new Map<string, Route>();
      const { dialect, method } = operation;
      methods.set(method, { operation, dialect, allowedMethods: methodsLike(method) });
      routes.set(path, methods);
    }
  }
  return (path, method) => {
    const methods = routes.get(path);
    return methods?.get(method) ?? unsupported(path, methods);
  };
}

/** The path has no operation, or none with the method. */
function unsupported(path: string, methods: ReadonlyMap<string, Route> = new Map()): Route {
  const [first] = methods.values();
  return {
    operation: undefined,
    dialect: first?.dialect ?? dialectOfPath(path),
    allowedMethods: [...methods.keys()].flatMap(methodsLike),
  };
}

/**
 * deviation: HEAD is answered on every path that supports GET, like GET but without a body; the specification does not
 * mention HEAD.
 */
function methodsLike(method: string): readonly string[] {
  return method === 'GET' ? ['GET', 'HEAD'] : [method];
}
