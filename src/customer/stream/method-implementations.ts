/** The implementations of the methods of the WebSocket API. */
import { isRejection, reject } from '../../contract/errors.ts';
import type { ValuesOf } from '../../contract/schema.ts';
import type { StreamErrorId, StreamRejection } from '../../contract/stream/stream-errors.ts';
import type { MethodReply, StreamMethod } from '../../contract/stream/stream-method.ts';
import {
  logonMethod,
  logoutMethod,
  pingMethod,
  statusMethod,
  subscribeMethod,
  subscribeSignedMethod,
  subscriptionsMethod,
  timeMethod,
  unsubscribeMethod,
} from '../../contract/stream/stream-methods.ts';
import type { ApiKey } from '../key-ring.ts';
import { inUnit, type TimeUnit } from './event-text.ts';
import type { Subscriptions } from './subscriptions.ts';

/** The options that a client has chosen in the URL of its connection. */
export type StreamOptions = { readonly unit: TimeUnit; readonly returnRateLimits: boolean };

/** The connection, as its methods use it. */
export type StreamCaller = {
  readonly subscriptions: Subscriptions;
  readonly options: StreamOptions;
  /** World time, ms. */
  readonly connectedMs: number;
  /** The key of session.logon, and when that was (world time, ms). */
  readonly logon: { readonly key: ApiKey; readonly atMs: number } | undefined;
  /** Wire time in the unit of the client. */
  serverTime(): number;
  logOn(key: ApiKey): void;
  logOut(): void;
};

type Result<M extends StreamMethod> = MethodReply<M> | StreamRejection;
/** `key`: the key of the signature or of the session; only methods of security `none` have none. */
type Handle<M extends StreamMethod> = (
  session: StreamCaller,
  values: ValuesOf<M['parameters']>,
  key: M['security'] extends 'none' ? ApiKey | undefined : ApiKey,
) => Result<M> | Promise<Result<M>>;

export type MethodImplementation = {
  readonly method: StreamMethod;
  readonly handle: (
    session: StreamCaller,
    values: object,
    key: ApiKey | undefined,
  ) => object | Promise<object>;
};

function implementMethod<M extends StreamMethod>(
  method: M,
  handle: NoInfer<Handle<M>>,
): MethodImplementation {
  // cast: it is called with the values of this method.
  return { method, handle: handle as MethodImplementation['handle'] };
}

const implementations: readonly MethodImplementation[] = [
  implementMethod(pingMethod, () => ({})),
  implementMethod(timeMethod, (session) => ({ serverTime: session.serverTime() })),
  implementMethod(logonMethod, (session, _values, key) => {
    const { type } = key.signatureKey;
    if (type !== 'ed25519')
      return reject('key-type-unsupported', { keyType: type === 'hmac' ? 'HMAC_SHA256' : 'RSA' });
    session.logOn(key);
    return describeSession(session);
  }),
  implementMethod(statusMethod, (session) => describeSession(session)),
  implementMethod(logoutMethod, (session) => {
    session.logOut();
    return describeSession(session);
  }),
  implementMethod(subscriptionsMethod, ({ subscriptions }) =>
    subscriptions.ids.map((subscriptionId) => ({ subscriptionId })),
  ),
  implementMethod(subscribeMethod, (session, _values, key) => subscribe(session, key, true)),
  implementMethod(subscribeSignedMethod, (session, _values, key) => subscribe(session, key, false)),
  implementMethod(unsubscribeMethod, ({ subscriptions }, { subscriptionId }) => {
    if (subscriptionId === undefined) subscriptions.endAll();
    else if (!subscriptions.end(subscriptionId)) return reject('subscription-inactive');
    return {};
  }),
];

const byName = new Map(implementations.map((each) => [each.method.name, each]));

export function implementationOf(name: string): MethodImplementation | undefined {
  return byName.get(name);
}

async function subscribe({ subscriptions }: StreamCaller, key: ApiKey, isOfSession: boolean) {
  const begun = await subscriptions.begin(key, isOfSession);
  return isRejection<StreamErrorId>(begun) ? begun : { subscriptionId: begun };
}

function describeSession(session: StreamCaller) {
  const { logon, options, connectedMs, subscriptions } = session;
  return {
    apiKey: logon?.key.apiKey ?? null,
    authorizedSince: logon === undefined ? null : inUnit(logon.atMs, options.unit),
    connectedSince: inUnit(connectedMs, options.unit),
    returnRateLimits: options.returnRateLimits,
    serverTime: session.serverTime(),
    userDataStream: subscriptions.hasSession,
  };
}
