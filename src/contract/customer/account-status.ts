import { operation } from '../operation.ts';
import { Type } from '../schema.ts';

/** seed: GET /wapi/v3/accountStatus.html; `objs` only where the message has arguments, `Normal` when healthy. */
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
