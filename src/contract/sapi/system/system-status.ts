import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { Type } from '../../schema.ts';

export const sapiSystemStatus = operation({
  id: 'sapiSystemStatus',
  dialect: sapi,
  method: 'GET',
  paths: ['/sapi/v1/system/status'],
  security: 'NONE',
  weights: { address: 1 },
  summary: 'Fetch system status.',
  reply: Type.Object({
    status: Type.Integer({ enum: [0, 1], description: '0: normal, 1: system maintenance' }),
    msg: Type.String({
      description: '`normal` or `system_maintenance`, unless the operator set another text',
    }),
  }),
});
