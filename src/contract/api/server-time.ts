import { api } from '../dialect.ts';
import { operation } from '../operation.ts';
import { milliseconds, Type } from '../schema.ts';

/** Clients correct their clock with this. */
export const serverTime = operation({
  id: 'time',
  dialect: api,
  method: 'GET',
  paths: ['/api/v1/time', '/api/v3/time'],
  security: 'NONE',
  summary: 'Check server time.',
  reply: Type.Object({ serverTime: milliseconds("The server's clock") }),
});
