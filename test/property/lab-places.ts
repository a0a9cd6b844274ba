/** Where random worlds of the lab are played. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { joinTestCluster } from '../support/database.ts';
import type { LabLocation } from './lab-engine.ts';

type Place = { readonly location: LabLocation; close(): Promise<void> };
export type PlaceName = 'in memory' | 'SQLite on disk' | 'PostgreSQL';

export const places: Readonly<Record<PlaceName, () => Promise<Place>>> = {
  'in memory': async () => ({ location: { memory: true }, close: async () => {} }),
  async 'SQLite on disk'() {
    const folder = mkdtempSync(join(tmpdir(), 'bursar-lab-property-'));
    return { location: { folder }, close: async () => rmSync(folder, { recursive: true }) };
  },
  async PostgreSQL() {
    const cluster = await joinTestCluster();
    const postgres = await cluster.createMigratedDatabase();
    return { location: { postgres }, close: () => cluster.dropDatabase(postgres) };
  },
};
