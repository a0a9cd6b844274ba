/** One request in the pipeline: its content, and the results of the steps. */
import type { Clock } from '../clock/clock.ts';
import type { Dialect } from '../contract/dialect.ts';
import type { Operation } from '../contract/operation.ts';
import type { TimeUnit } from '../contract/time-unit.ts';
import type { RawRequest } from '../http/http-message.ts';
import { type RawParameters, splitPairs } from '../http/raw-parameters.ts';
import type { ApiKey } from './key-ring.ts';

export type Route = {
  readonly operation: Operation | undefined;
  /** The dialect of the reply, even if no operation was found. */
  readonly dialect: Dialect;
  readonly allowedMethods: readonly string[];
};

/** A request target may be an absolute URL, as in a request to a proxy. */
const origin = /^https?:\/\/[^/?]*/i;

export class RequestContext {
  readonly request: RawRequest;
  /** World time. */
  readonly nowMs: number;
  /** The time that the timestamp of a signed request is compared with. */
  readonly wireMs: number;
  /** GET for a HEAD request, whose reply is that of GET; the listener leaves out the body. */
  readonly method: string;
  /** Repeated slashes are collapsed. */
  readonly path: string;
  readonly query: string;
  /** Empty for GET and HEAD, whose body is ignored. */
  readonly body: string;
  readonly raw: RawParameters;
  readonly route: Route;
  usedWeight = 0;
  /** The header that shows the weight, if a counter of the operation has counted it instead of the shared pool. */
  ownWeightHeader: string | undefined;
  retryAfterSeconds = 0;
  key: ApiKey | undefined;
  /** The unit of the times in the reply. */
  timeUnit: TimeUnit = 'MILLISECOND';
  /** The latest time at which the request may take effect. */
  notAfterMs: number | undefined;
  values: Record<string, unknown> = {};
  /** The name of the step of the pipeline that rejected it. */
  rejectedBy: string | undefined;
  /** The lab's note about the request; always undefined without the lab. */
  labNote: unknown;

  constructor(
    request: RawRequest,
    clock: Pick<Clock, 'wire' | 'world'>,
    findRoute: (path: string, method: string) => Route,
  ) {
    this.request = request;
    this.nowMs = clock.world.now();
    this.wireMs = clock.wire.now();
    this.method = request.method === 'HEAD' ? 'GET' : request.method;
    const target = request.target.startsWith('/') ? request.target : request.target.replace(origin, '');
    const mark = target.indexOf('?');
    const path = mark < 0 ? target : target.slice(0, mark);
    this.path = withSingleSlashes(path);
    this.query = mark < 0 ? '' : target.slice(mark + 1);
    this.body = this.method === 'GET' ? '' : request.body;
    this.raw = { query: splitPairs(this.query), body: splitPairs(this.body) };
    this.route = findRoute(this.path, this.method);
  }

  /** The operation. @throws before the pipeline has checked the route. */
  get operation(): Operation {
    if (this.route.operation === undefined) throw new Error('the pipeline has not checked the route');
    return this.route.operation;
  }
}

/** Routes are found as if each run of slashes in the path were one. */
export const withSingleSlashes = (path: string): string =>
  path.includes('//') ? path.replace(/\/{2,}/g, '/') : path;
