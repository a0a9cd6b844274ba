// One server for all rehearsals; each test has a world of its own in it.
import { after } from 'node:test';
import { startBursar } from 'bursar/testing';

export const bursar = await startBursar();
after(() => bursar.stop());
