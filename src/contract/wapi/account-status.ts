import { operation } from '../operation.ts';
import { Type } from '../schema.ts';

/**
 * spec: GET /wapi/v3/accountStatus.html; `objs` only where the message has arguments, `Normal` when healthy.
 * deviation: a disabled account answers `Account disabled`; the specification knows no such message.
 */
export const accountStatus = operation({
  id: 'accountStatus',
  method: 'GET',
  paths: ['/wapi/v3/accountStatus.html'],
  summary: 'Fetch account status detail.',
  reply: Type.Object({
    msg: Type.String(),
    success: Type.Literal(true),
    objs: Type.Optional(Type.Array(Type.String())),
  }),
});
