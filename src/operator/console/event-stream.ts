/** The stream of changes as server-sent events. */

import { PassThrough } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { present } from '../../boundary/present.ts';
import type { Cancel, Timers } from '../../clock/clock.ts';
import { isRejection } from '../../contract/errors.ts';
import { changeTopics, followEvents } from '../../contract/operator-events.ts';
import type { Principal } from '../../domain/operator/principal.ts';
import type { RequestTracker } from '../../http/request-tracker.ts';
import { type Call, callOf, sendRejection } from '../call.ts';
import type { OperatorApi } from '../operator-api.ts';
import { worldNameIn } from '../world-header.ts';
import type { Change } from './change-feed.ts';
import { ChangeFeeds } from './change-feeds.ts';
import { OpenStreams } from './open-streams.ts';

/** Interval of heartbeats, ms: proxies end a connection on which nothing is sent. */
const heartbeatMs = 15_000;
/** A client that does not read this many bytes is disconnected. */
const maxUnreadBytes = 64 * 1024;
/** Interval of checks, ms: the stream of a session that has ended continues for at most this long. */
const checkIntervalMs = 1000;
/** The stream of a token ends after this time, ms, so that a revoked token does not follow any longer. */
const maxTokenMs = 15 * 60_000;

export function addEventStream(
  app: FastifyInstance,
  api: () => OperatorApi | undefined,
  tracker: RequestTracker,
  timers: Timers,
): void {
  const feeds = new ChangeFeeds(() => present(api()).reads, timers);
  const open = new OpenStreams();
  app.route({
    method: 'GET',
    url: followEvents.path,
    exposeHeadRoute: false,
    config: { operation: followEvents },
    handler: (request, reply) => stream(feeds, { open, tracker, timers }, request, reply),
  });
}

type Parts = { readonly open: OpenStreams; readonly tracker: RequestTracker; readonly timers: Timers };

async function stream(
  feeds: ChangeFeeds,
  { open, tracker, timers }: Parts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const call = callOf(request);
  const followed = await feeds.of(call.api, worldNameIn(request.raw));
  if (isRejection(followed)) return sendRejection(reply, followed);
  const { feed, exists } = followed;
  const body = new PassThrough();
  const write = (text: string) => {
    if (body.readableLength + body.writableLength > maxUnreadBytes) body.destroy();
    else body.write(text);
  };
  const follower = (change: Change) => write(textOf(change));
  const seq = await feed.follow(follower);
  const close = open.add(call.principal);
  if (isRejection(close)) {
    feed.leave(follower);
    return sendRejection(reply, close);
  }
  const end = () => body.end();
  const stopDraining = tracker.whenDraining(end);
  const stopBeating = timers.every(heartbeatMs, () => write(': still here\n\n'), { ref: false });
  const stopChecking = endWith(call, timers, end);
  const stopLooking = timers.every(checkIntervalMs, () => exists() || end(), { ref: false });
  body.once('close', () => {
    feed.leave(follower);
    close();
    stopLooking();
    stopDraining();
    stopBeating();
    stopChecking();
  });
  const seen = request.headers['last-event-id'];
  // Events that the client missed are not repeated: it reads everything again.
  write(textOf({ seq, topics: seen === undefined || seen === String(seq) ? [] : changeTopics }));
  return reply
    .code(200)
    .headers({ 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
    .send(body);
}

const textOf = ({ seq, topics }: Change): string =>
  `id: ${seq}\nevent: changed\ndata: ${JSON.stringify(topics)}\n\n`;

/** Calls `end` when the session has ended, or a token has used up its time. @returns a function that stops checking. */
function endWith({ principal, api }: Call, timers: Timers, end: () => void): Cancel {
  if (principal?.kind !== 'operator') return timers.after(maxTokenMs, end, { ref: false });
  let isChecking = false;
  const check = async () => {
    if (isChecking) return;
    isChecking = true;
    // A store that does not answer says nothing about the session: it is asked again.
    if (await hasEnded(principal, api).catch(() => false)) end();
    isChecking = false;
  };
  return timers.every(checkIntervalMs, check, { ref: false });
}

/** Following does not keep a session alive, so it asks the store and notes no use. */
async function hasEnded(
  { sessionId, operatorId }: Extract<Principal, { kind: 'operator' }>,
  { reads, access }: OperatorApi,
): Promise<boolean> {
  const [session, operator] = await Promise.all([
    reads.row('operator_sessions', { id: sessionId }),
    reads.row('operators', { id: operatorId }),
  ]);
  return session === undefined || session.idleUntil <= access.nowMs() || operator?.state !== 'active';
}
