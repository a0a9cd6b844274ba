import { wapi } from '../dialect.ts';
import { operation } from '../operation.ts';
import { Type } from '../schema.ts';

/**
 * spec: GET /wapi/v3/accountStatus.html; `objs` is present only if the message has arguments; `Normal` is the default.
 * deviation: for a disabled account the message is `Account disabled`, which the specification does not have.
 */
export const accountStatus = operation({
  id: 'accountStatus',
  dialect: wapi,
  method: 'GET',
  paths: ['/wapi/v3/accountStatus.html'],
  summary: 'Fetch account status detail.',
  reply: Type.Object({
    msg: Type.String(),
    success: Type.Literal(true),
    objs: Type.Optional(Type.Array(Type.String())),
  }),
});
