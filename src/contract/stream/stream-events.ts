/** The events of the balance stream. Each is sent as `{subscriptionId, event}`, except `serverShutdown`, as `{event}`. */
import { decimalText, milliseconds, type Static, Type } from '../schema.ts';

const time = milliseconds('When the event happened');

export const balanceUpdate = Type.Object({
  e: Type.Literal('balanceUpdate'),
  E: time,
  a: Type.String({ description: 'Asset.' }),
  d: decimalText('The change of the free Spot balance.'),
  T: milliseconds('When the change was committed'),
});

/** The free balances as of the commit that changed them. */
export const outboundAccountPosition = Type.Object({
  e: Type.Literal('outboundAccountPosition'),
  E: time,
  u: milliseconds('When the account was changed'),
  B: Type.Array(
    Type.Object({
      a: Type.String({ description: 'Asset.' }),
      f: decimalText('Free.'),
      l: decimalText('Locked by orders, which do not exist here: always zero.'),
    }),
  ),
});

/** The subscription has ended. */
export const eventStreamTerminated = Type.Object({ e: Type.Literal('eventStreamTerminated'), E: time });

/** The server is about to stop, and closes the connection. */
export const serverShutdown = Type.Object({ e: Type.Literal('serverShutdown'), E: time });

const events = [balanceUpdate, outboundAccountPosition, eventStreamTerminated, serverShutdown] as const;
export type StreamEvent = Static<(typeof events)[number]>;
export type StreamEventName = StreamEvent['e'];
