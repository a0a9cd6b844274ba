/** Binds the handlers of operations about access, which act on the process and never within a world of the lab. */
import type { OperatorOperation } from '../../contract/operator-operation.ts';
import {
  type Implementation,
  implement,
  type OperatorHandler,
  type OperatorParts,
  type RequestDetails,
} from '../handler.ts';
import type { Access } from './access.ts';

export type AccessParts = OperatorParts & { readonly access: Access };

type AccessHandler<O extends OperatorOperation> = (
  input: Parameters<OperatorHandler<O>>[0],
  operator: Parameters<OperatorHandler<O>>[1],
  parts: AccessParts,
  request: RequestDetails,
) => ReturnType<OperatorHandler<O>>;

export function implementAccess<O extends OperatorOperation>(
  operation: O,
  handle: NoInfer<AccessHandler<O>>,
): Implementation {
  return implement<O>(operation, (input, operator, parts, request) => {
    const { access } = parts;
    if (access === undefined) throw new Error(`${operation.id} was called within a world`);
    return handle(input, operator, { ...parts, access }, request);
  });
}
