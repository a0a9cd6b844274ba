/** Finds out who makes a request, and whether a browser may have been misled into making it. */
import type { FastifyRequest } from 'fastify';
import { isRejection, type Rejection } from '../contract/errors.ts';
import { followEvents } from '../contract/operator-events.ts';
import type { Principal } from '../domain/operator/principal.ts';
import { isRefresh, originOf, rejectForeign, rejectForm } from './access/browser-guard.ts';
import { sessionSecretIn } from './access/session-cookie.ts';
import type { Call } from './call.ts';

/** `anybody`: the operation needs no authentication. */
type Identified = Principal | 'anybody' | 'unauthenticated' | Rejection<'operator-forbidden'>;

/** @throws StoreFault if the store does not answer. */
export function identify(call: Call, request: FastifyRequest): Promise<Identified> {
  const { authorization, cookie } = request.headers;
  if (request.routeOptions.config.operation?.permission === 'public') return identifyPage(call, request);
  if (authorization !== undefined) return identifyBearer(call, authorization);
  return cookie === undefined ? Promise.resolve('unauthenticated') : identifySession(call, request, cookie);
}

async function identifyBearer({ api, ip }: Call, authorization: string): Promise<Identified> {
  return (await api.authentication.byBearer(authorization, ip)) ?? 'unauthenticated';
}

async function identifySession(call: Call, request: FastifyRequest, cookies: string): Promise<Identified> {
  const origin = originOf(request, call.api.origins);
  if (isRejection(origin)) return origin;
  const secret = sessionSecretIn(cookies, origin);
  if (secret === undefined) return 'unauthenticated';
  const forbidden = rejectForeign(request, origin) ?? rejectForm(request);
  if (forbidden !== undefined) return forbidden;
  call.origin = origin;
  // A stream is opened again whenever its connection ends.
  const isUse = !isRefresh(request) && request.routeOptions.config.operation?.id !== followEvents.id;
  return (await call.api.authentication.bySession(secret, { isUse })) ?? 'unauthenticated';
}

/** A page of another origin must not sign anybody in, nor try passwords. */
async function identifyPage(call: Call, request: FastifyRequest): Promise<Identified> {
  const origin = originOf(request, call.api.origins);
  if (isRejection(origin)) return origin;
  call.origin = origin;
  return rejectForeign(request, origin) ?? 'anybody';
}
