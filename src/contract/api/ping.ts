import { api } from '../dialect.ts';
import { operation } from '../operation.ts';
import { Type } from '../schema.ts';

/** Clients call this when they start. */
export const ping = operation({
  id: 'ping',
  dialect: api,
  method: 'GET',
  paths: ['/api/v1/ping', '/api/v3/ping'],
  security: 'NONE',
  summary: 'Test connectivity.',
  reply: Type.Object({}),
});
