/** The methods of the WebSocket API, which serves the balance stream. */
import { milliseconds, optional, Type } from '../schema.ts';
import { streamMethod } from './stream-method.ts';

export const streamPath = '/ws-api/v3';
/** The weight of opening a connection. */
export const connectingWeight = 2;
/** The limits of one connection. */
export const maxActiveSubscriptions = 1000;
export const maxSubscriptionId = 65_535;

const empty = Type.Object({});
const subscribed = Type.Object({
  subscriptionId: Type.Integer({ description: 'The id that the events of this subscription carry.' }),
});

const session = Type.Object({
  apiKey: Type.Unsafe<string | null>({ type: ['string', 'null'], description: 'null: nobody is logged on.' }),
  authorizedSince: Type.Unsafe<number | null>({
    ...milliseconds('The time of session.logon'),
    type: ['integer', 'null'],
  }),
  connectedSince: milliseconds('The time at which the connection was opened'),
  returnRateLimits: Type.Boolean(),
  serverTime: milliseconds("The server's clock"),
  userDataStream: Type.Boolean({ description: 'Whether userDataStream.subscribe is active.' }),
});

export const pingMethod = streamMethod({ name: 'ping', summary: 'Tests the connection.', reply: empty });

export const timeMethod = streamMethod({
  name: 'time',
  summary: "Reads the server's clock.",
  reply: Type.Object({ serverTime: milliseconds("The server's clock") }),
});

export const logonMethod = streamMethod({
  name: 'session.logon',
  summary: 'Logs on, with an Ed25519 key. A further logon changes the key of the session.',
  security: 'signed',
  weight: 2,
  reply: session,
  errors: ['key-type-unsupported'],
});

export const statusMethod = streamMethod({
  name: 'session.status',
  summary: 'Shows the session.',
  reply: session,
});

export const logoutMethod = streamMethod({
  name: 'session.logout',
  summary: 'Logs out, and ends the subscription by userDataStream.subscribe.',
  reply: session,
});

export const subscriptionsMethod = streamMethod({
  name: 'session.subscriptions',
  summary: 'Lists the active subscriptions of the connection.',
  reply: Type.Array(subscribed),
});

export const subscribeMethod = streamMethod({
  name: 'userDataStream.subscribe',
  summary: 'Subscribes to the balance events of the account that is logged on.',
  security: 'session',
  weight: 2,
  reply: subscribed,
  errors: ['subscription-active', 'subscription-ids-exhausted', 'subscriptions-too-many'],
});

export const subscribeSignedMethod = streamMethod({
  name: 'userDataStream.subscribe.signature',
  summary: 'Subscribes to the balance events of the account of a key, of any type.',
  security: 'signed',
  weight: 2,
  reply: subscribed,
  errors: ['subscription-active', 'subscription-ids-exhausted', 'subscriptions-too-many'],
});

export const unsubscribeMethod = streamMethod({
  name: 'userDataStream.unsubscribe',
  summary: 'Ends a subscription of the connection, or all of them.',
  parameters: {
    subscriptionId: optional.integer({ description: 'Absent: all.', maximum: maxSubscriptionId }),
  },
  reply: empty,
  errors: ['subscription-inactive'],
});

export const streamMethods = [
  pingMethod,
  timeMethod,
  logonMethod,
  statusMethod,
  logoutMethod,
  subscriptionsMethod,
  subscribeMethod,
  subscribeSignedMethod,
  unsubscribeMethod,
] as const;
