/**
 * The customers' listener of one process, and its edge. It receives requests as raw bytes, not by Fastify's routes,
 * because a signature covers the exact bytes of the query and the body (`http/raw-routing.ts` has all reasons).
 */
import type { Clock } from '../clock/clock.ts';
import { customerOperations } from '../contract/customer-operations.ts';
import { customerOpenApi, headDescription, microsecondsDescription } from '../contract/openapi/openapi.ts';
import {
  type CustomerEdgeParts,
  createCustomerEdge,
  createCustomerRefuser,
  preflightBody,
} from '../customer/customer-edge.ts';
import { isPreflight } from '../http/cors.ts';
import type { RawReply, RawRequest, Refuse } from '../http/http-message.ts';
import { type HandleRaw, rawRouting } from '../http/raw-routing.ts';
import type { SignatureMeter } from '../meter/signature-meter.ts';
import { lazily } from '../observability/lazily.ts';
import { BoundListener, startingReply } from './bound-listener.ts';
import type { Config } from './config.ts';
import { readTlsFiles } from './tls-files.ts';
import { readVersion } from './version.ts';

export type CustomerEdge = { readonly handle: HandleRaw; readonly refuse: Refuse };

export async function bindCustomerListener(
  config: Config,
  clock: Clock,
  onShortage: (message: string) => void = () => {},
): Promise<BoundListener<CustomerEdge>> {
  const origins = config.BURSAR_CORS_ORIGINS;
  const replyWhileStarting = async (request: RawRequest): Promise<RawReply> =>
    isPreflight(request, origins) ? { status: 200, body: preflightBody } : startingReply;
  return BoundListener.bind({
    clock,
    host: config.BURSAR_HOST,
    port: config.BURSAR_PORT,
    hostSetting: 'BURSAR_HOST',
    portSetting: 'BURSAR_PORT',
    trustProxy: config.BURSAR_TRUST_PROXY,
    tls: readTlsFiles(config),
    corsOrigins: origins,
    onShortage,
    routing: (edge) => rawRouting((request) => edge()?.handle(request) ?? replyWhileStarting(request)),
  });
}

export function customerEdge(
  config: Config,
  {
    signatureMeter,
    ...parts
  }: Omit<CustomerEdgeParts, 'weightPerMinute' | 'errorStyle' | 'corsOrigins' | 'openApi' | 'signatures'> & {
    readonly signatureMeter: SignatureMeter;
  },
): CustomerEdge {
  return {
    handle: createCustomerEdge({
      ...parts,
      weightPerMinute: config.BURSAR_WEIGHT_PER_MINUTE,
      errorStyle: config.BURSAR_ERROR_STYLE,
      signatures: { strict: config.BURSAR_SIGNATURES === 'strict', meter: signatureMeter },
      corsOrigins: config.BURSAR_CORS_ORIGINS,
      openApi: lazily(describeCustomerApi),
    }),
    refuse: createCustomerRefuser(parts),
  };
}

function describeCustomerApi(): string {
  const info = {
    title: 'Bursar',
    version: readVersion(),
    description: `${headDescription} ${microsecondsDescription}`,
  };
  return JSON.stringify(customerOpenApi(customerOperations, info));
}
