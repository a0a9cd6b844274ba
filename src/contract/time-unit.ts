/** The unit of the times in replies, if clients of the dialect can select it. */
import { Type } from './schema-builders.ts';

/** In lower case. */
export const timeUnitHeader = 'x-mbx-time-unit';
/** The values of the header, in any case; MILLISECOND is the default. */
export const timeUnits = ['MICROSECOND', 'MILLISECOND'] as const;
export type TimeUnit = (typeof timeUnits)[number];

export const timeUnitSchema = Type.String({
  description: 'The unit of the times in the reply, in upper or lower case; MILLISECOND when absent.',
  enum: timeUnits,
});
