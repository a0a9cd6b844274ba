/** The metrics of the balance streams. */
import type { Family } from './metric-family.ts';

export const streamFamilies: readonly Family[] = [
  {
    name: 'bursar_stream_connections',
    help: 'Open connections of the WebSocket API.',
    type: 'gauge',
    read: ({ streams }) => [[{}, streams.connections]],
  },
  {
    name: 'bursar_stream_subscriptions',
    help: 'Active subscriptions of balance streams.',
    type: 'gauge',
    read: ({ streams }) => [[{}, streams.subscriptions]],
  },
  {
    name: 'bursar_stream_events_total',
    help: 'Events sent on balance streams, by event.',
    type: 'counter',
    read: ({ streams }) => [...streams.events].map(([event, count]) => [{ event }, count] as const),
  },
  {
    name: 'bursar_stream_ends_total',
    help: 'Ended connections of the WebSocket API by reason: closed (by the client), broken, draining, binary, slow-reader, banned, no-pong, too-old, events-missed, bug.',
    type: 'counter',
    read: ({ streams }) => [...streams.ended].map(([reason, count]) => [{ reason }, count] as const),
  },
];
