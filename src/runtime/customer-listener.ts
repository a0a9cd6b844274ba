/**
 * The customers' listener of one process, and the API. It receives requests as raw bytes, not by Fastify's routes,
 * because a signature covers the exact bytes of the query and the body (`http/raw-routing.ts` has all reasons).
 */
import type { Clock } from '../clock/clock.ts';
import { customerOperations } from '../contract/customer-operations.ts';
import { customerOpenApi, headDescription, microsecondsDescription } from '../contract/openapi/openapi.ts';
import { streamPath } from '../contract/stream/stream-methods.ts';
import {
  type CustomerApiParts,
  createCustomerApi,
  createCustomerRefuser,
  dialectOfTarget,
  preflightBody,
} from '../customer/customer-api.ts';
import { faultHeader } from '../customer/lab-port.ts';
import { createStreamApi } from '../customer/stream/stream-api.ts';
import { isAllowedPreflight } from '../http/cors.ts';
import type { RawReply, RawRequest, Refuse } from '../http/http-message.ts';
import { type HandleRaw, rawRouting } from '../http/raw-routing.ts';
import type { Admit } from '../http/web-socket/message-channel.ts';
import { splitWorldTarget, worldPrefix } from '../lab/worlds/world-path.ts';
import type { SignatureMeter } from '../meter/signature-meter.ts';
import { lazily } from '../observability/lazily.ts';
import { BoundListener, notDoneReply, startingReply } from './bound-listener.ts';
import { type Config, hasLab } from './config.ts';
import type { Streams } from './streams.ts';
import { readTlsFiles } from './tls-files.ts';
import { readVersion } from './version.ts';

export type CustomerApi = { readonly handle: HandleRaw; readonly refuse: Refuse; readonly admit: Admit };

/** Requests and connections of customers. */
export type CustomerWays = Pick<CustomerApi, 'handle' | 'admit'>;

export async function bindCustomerListener(
  config: Config,
  clock: Clock,
  onShortage: (message: string) => void = () => {},
): Promise<BoundListener<CustomerApi>> {
  const origins = config.BURSAR_CORS_ORIGINS;
  const replyWhileStarting = async (request: RawRequest): Promise<RawReply> =>
    isAllowedPreflight(request, origins)
      ? { status: 200, body: preflightBody }
      : notDoneReply(dialectOfTarget(request.target).errorBody);
  return BoundListener.bind({
    clock,
    host: config.BURSAR_HOST,
    port: config.BURSAR_PORT,
    hostSetting: 'BURSAR_HOST',
    portSetting: 'BURSAR_PORT',
    trustProxy: config.BURSAR_TRUST_PROXY,
    tls: readTlsFiles(config),
    corsOrigins: origins,
    corsHeaders: hasLab(config) ? [faultHeader] : [],
    onShortage,
    routing: (api) => rawRouting((request) => api()?.handle(request) ?? replyWhileStarting(request)),
    upgrade: (api) => ({
      isPath: hasLab(config) ? isStreamOfWorld : (path) => path === streamPath,
      admit: async (request) => api()?.admit(request) ?? startingReply,
    }),
  });
}

const isStreamOfWorld = (path: string) => path.replace(worldPrefix, '') === streamPath;

type ConfiguredParts = Omit<
  CustomerApiParts,
  'weightPerMinute' | 'errorStyle' | 'corsOrigins' | 'openApi' | 'signatures'
> & { readonly signatureMeter: SignatureMeter };

export function customerApi(
  config: Config,
  { streams, ...parts }: ConfiguredParts & { readonly streams: Streams },
): CustomerApi {
  const handle = customerHandler(config, parts);
  const admit = streamApi(config, { ...parts, streams });
  return {
    handle,
    refuse: createCustomerRefuser(parts),
    // The path of a world that does not exist is answered like any path that does not.
    admit: (request) => (splitWorldTarget(request.target) === undefined ? admit(request) : handle(request)),
  };
}

export function streamApi(
  config: Config,
  { streams, ...parts }: ConfiguredParts & { readonly streams: Streams },
): Admit {
  return createStreamApi({ ...parts, ...streams, signatures: signaturesOf(config, parts) });
}

export function customerHandler(config: Config, parts: ConfiguredParts): HandleRaw {
  return createCustomerApi({
    ...parts,
    weightPerMinute: config.BURSAR_WEIGHT_PER_MINUTE,
    errorStyle: config.BURSAR_ERROR_STYLE,
    signatures: signaturesOf(config, parts),
    corsOrigins: config.BURSAR_CORS_ORIGINS,
    openApi,
  });
}

function signaturesOf(
  { BURSAR_SIGNATURES }: Config,
  { signatureMeter: meter }: Pick<ConfiguredParts, 'signatureMeter'>,
) {
  return { strict: BURSAR_SIGNATURES === 'strict', meter };
}

const openApi = lazily(describeCustomerApi);

function describeCustomerApi(): string {
  const info = {
    title: 'Bursar',
    version: readVersion(),
    description: `${headDescription} ${microsecondsDescription}`,
  };
  return JSON.stringify(customerOpenApi(customerOperations, info));
}
