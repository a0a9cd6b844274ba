/** The errors that every API shows alike: of the path, of the store, and of the server itself. */
import { define } from './error-table.ts';
import type { DetailsOf } from './errors.ts';

export const commonErrors = {
  unknown: define<DetailsOf<'unknown'>>(-1000, 500, ({ incident }) =>
    incident === undefined
      ? 'An unknown error occured while processing the request.'
      : `An unknown error occured while processing the request. Incident ${incident}.`,
  ),
  'not-done': define(
    -1001,
    503,
    'Internal error; unable to process your request. Please try again.',
    'later',
  ),
  'outcome-unknown': define(
    -1007,
    504,
    'Timeout waiting for response from backend server. Send status unknown; execution status unknown.',
    'look-up',
  ),
  'method-not-allowed': define(-1020, 405, 'This operation is not supported.'),
  // deviation: the error for an unknown path says so; the official text of -1099 suggests that the key is wrong.
  'path-unknown': define<DetailsOf<'path-unknown'>>(-1099, 404, ({ path, hint }) => {
    const subject = path === undefined ? 'This path' : `The path '${path}'`;
    return `${subject} is not served here${hint === undefined ? '' : `; ${hint}`}.`;
  }),
};
