import { sapi } from '../../dialect.ts';
import { Type } from '../../schema.ts';

/** A list that is always empty here. */
export const emptyList = {
  dialect: sapi,
  method: 'GET',
  security: 'NONE',
  weights: { address: 100 },
  reply: Type.Array(Type.Unknown()),
} as const;
