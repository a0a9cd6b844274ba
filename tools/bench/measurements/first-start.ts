/** The first start of the demo: from an empty folder to the first reply, including the creation of the demo world. */
import type { Measurement } from './measurement.ts';

export const firstStart: Measurement = {
  name: 'first-start',
  title: 'First start of the demo',
  accounts: [],
  warmUp: true,
  run: (subject) =>
    subject.withEmptyPlace(async (place) => {
      const server = await subject.start(place, { demo: true });
      const { residentMb } = server;
      await server.kill();
      return { 'first reply': { durationMs: server.startMs, residentMb } };
    }),
};
