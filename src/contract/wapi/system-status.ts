import { wapi } from '../dialect.ts';
import { operation } from '../operation.ts';
import { Type } from '../schema.ts';

/** spec: GET /wapi/v3/systemStatus.html, which requires no key. */
export const systemStatus = operation({
  id: 'systemStatus',
  dialect: wapi,
  method: 'GET',
  paths: ['/wapi/v3/systemStatus.html'],
  security: 'NONE',
  summary: 'Fetch system status.',
  reply: Type.Object({
    status: Type.Integer({ enum: [0, 1], description: '0: normal, 1: system maintenance' }),
    msg: Type.String({
      description: '`normal` or `system maintenance`, unless the operator set another text',
    }),
  }),
});
