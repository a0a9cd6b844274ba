/** IP addresses that are banned for going on after a 429. */
import { operatorOperation } from '../operator-operation.ts';
import { milliseconds, Type } from '../schema.ts';
import { whyChanged } from './fields.ts';

const ip = Type.String({
  description: 'An IPv4 address, or the /64 network of an IPv6 address, for example `2001:db8::/64`.',
  maxLength: 49,
});

export const listBans = operatorOperation({
  id: 'listBans',
  method: 'GET',
  path: '/operator/v1/bans',
  summary: 'Bans in force.',
  reply: Type.Object({
    bans: Type.Array(
      Type.Object({
        ip,
        bannedUntil: milliseconds('When it ends'),
        remainingMs: Type.Integer({ description: 'How long it still lasts.' }),
        offences: Type.Integer({ description: 'Step of the ladder, from 1.' }),
        lastOffenceAt: milliseconds('When it began'),
      }),
    ),
  }),
});

export const deleteBan = operatorOperation({
  id: 'deleteBan',
  method: 'DELETE',
  path: '/operator/v1/bans/{ip}',
  summary: 'Lift a ban and forget the offences that led to it.',
  pathParameters: {
    ip: {
      ...ip,
      description: 'As listed, percent-encoded; or an address that the ban holds for, in any spelling.',
    },
  },
  query: whyChanged,
  reply: Type.Object({ ip, deleted: Type.Literal(true) }),
  errors: ['operator-not-found'],
});
