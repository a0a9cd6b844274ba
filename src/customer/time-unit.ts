/** The unit of the times in a reply: the step of the pipeline that reads it, and the conversion. */
import type { CustomerRejection } from '../contract/customer-errors.ts';
import { reject } from '../contract/errors.ts';
import { type TSchema, unitOfTimes } from '../contract/schema.ts';
import { timeUnitHeader, timeUnits } from '../contract/time-unit.ts';
import type { RequestContext } from './request-context.ts';

export function readTimeUnit(context: RequestContext): CustomerRejection | undefined {
  if (!context.operation.dialect.timing.hasTimeUnit) return undefined;
  const sent = context.request.headers[timeUnitHeader];
  if (sent === undefined || sent === '') return undefined;
  const unit = timeUnits.find((each) => each === String(sent).toUpperCase());
  if (unit === undefined) return reject('time-unit-invalid');
  context.timeUnit = unit;
  return undefined;
}

type Schema = TSchema & { readonly properties?: Readonly<Record<string, TSchema>>; readonly items?: TSchema };

/** A copy of the reply with the times that its schema marks in microseconds. */
export function inMicroseconds(value: unknown, schema: TSchema): unknown {
  // cast: every schema may have these fields.
  const { properties, items } = schema as Schema;
  if ('x-unit' in schema && schema['x-unit'] === unitOfTimes['x-unit']) return Number(value) * 1000;
  if (Array.isArray(value))
    return items === undefined ? value : value.map((each) => inMicroseconds(each, items));
  if (properties === undefined || typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, each]) => {
    const field = properties[name];
    return [name, field === undefined ? each : inMicroseconds(each, field)];
  });
  return Object.fromEntries(entries);
}
