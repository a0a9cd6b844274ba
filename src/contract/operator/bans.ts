/** IP addresses that are banned because they kept sending requests after a 429. */
import { operatorOperation } from '../operator-operation.ts';
import { milliseconds, Type } from '../schema.ts';
import { optionalReason } from './fields.ts';

const ip = Type.String({
  description: 'An IPv4 address, or the /64 network of an IPv6 address, for example `2001:db8::/64`.',
  maxLength: 49,
});

export const listBans = operatorOperation({
  id: 'listBans',
  permission: 'view',
  method: 'GET',
  path: '/operator/v1/bans',
  summary: 'List the active bans.',
  reply: Type.Object({
    bans: Type.Array(
      Type.Object({
        ip,
        bannedUntil: milliseconds('End of the ban'),
        remainingMs: Type.Integer({ description: 'Remaining duration (ms).' }),
        offences: Type.Integer({ description: 'Number of successive bans, from 1. Each one lasts longer.' }),
        lastOffenceAt: milliseconds('Start of the ban'),
      }),
    ),
  }),
});

export const deleteBan = operatorOperation({
  id: 'deleteBan',
  permission: 'change-accounts',
  method: 'DELETE',
  path: '/operator/v1/bans/{ip}',
  summary: 'Lift a ban and reset the count of offences.',
  pathParameters: {
    ip: {
      ...ip,
      description:
        'The address or network as listed, percent-encoded, or any address that the ban covers, in any notation.',
    },
  },
  query: optionalReason,
  reply: Type.Object({ ip, deleted: Type.Literal(true) }),
  errors: ['operator-not-found'],
});
