/** The routes of the operator API without a listener, for tests that need no connection and no store. */
import Fastify, { type InjectOptions, type LightMyRequestResponse } from 'fastify';
import { systemClock } from '../../src/clock/system-clock.ts';
import { operatorOperations } from '../../src/contract/operator-operations.ts';
import { ConnectionDrain } from '../../src/http/connection-drain.ts';
import { RequestTracker } from '../../src/http/request-tracker.ts';
import { RequestMeter } from '../../src/meter/request-meter.ts';
import { createOperatorApi, type OperatorApiParts } from '../../src/operator/operator-api.ts';
import { operatorRouting } from '../../src/operator/operator-routing.ts';

export type Inject = (request: InjectOptions) => Promise<LightMyRequestResponse>;

export const authorization = 'Bearer secret';
/** The headers of a browser whose operator, an administrator, has signed in a moment ago. */
export const signedInHeaders = { cookie: 'bursar_session=secret', 'x-bursar-session': '1' };

/** `parts` are those that the requests use; a use of another one is answered 500 with the cause as the incident. */
export function injectedOperator(parts: object): Inject {
  const meter = new RequestMeter(operatorOperations, { now: () => 0 });
  const bootstrap = { kind: 'bootstrap', name: null, isRecovery: false } as const;
  const proof = { by: 'password', atMs: 0, isFresh: true };
  const olga = { operatorId: '1', name: 'olga', roles: ['administrator'] };
  const person = { ...olga, sessionId: '1', proof, unconfirmedUntilMs: null };
  const authentication = {
    byBearer: async (given: string) => (given === authorization ? bootstrap : undefined),
    bySession: async (given: string) => (given === 'secret' ? { kind: 'operator', ...person } : undefined),
  };
  const common = { authentication, origins: [], openApi: () => '{"openapi":"3.1.0"}', meter, onBug: String };
  // The missing parts are not used, see above.
  const api = createOperatorApi({ ...common, ...parts } as unknown as OperatorApiParts);
  const { options, register } = operatorRouting(() => api);
  const app = Fastify(options);
  const drain = new ConnectionDrain(app.server, systemClock.monotonic, 0);
  const cors = { origins: [], moreHeaders: [] };
  const tracker = new RequestTracker({ drain, isTrusted: () => false, cors, readTimeoutMs: 0 });
  const routed = register(app, { tracker, timers: systemClock.monotonic, refuse: api.refuse });
  return async ({ headers, ...request }) => {
    await routed;
    const credentials = headers?.cookie === undefined ? { authorization } : {};
    return app.inject({ headers: { ...credentials, ...headers }, ...request });
  };
}
