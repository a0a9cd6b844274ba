/** Runs the bare Fastify route in a separate process. */
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { ChildProgram } from '../../cluster/child-program.ts';
import type { MeasurementContext } from '../measurements/measurement.ts';
import type { Row } from '../table.ts';
import { loadPlan, measure, systemStatus } from './yardstick.ts';

export const bareRow = 'bare Fastify route';

export async function measureBare(context: MeasurementContext): Promise<Row> {
  const program = fileURLToPath(new URL('bare-fastify.ts', import.meta.url));
  const child = new ChildProgram(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [line] = (await once(child.process.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
    const { port } = JSON.parse(line.toString()) as { port: number };
    return await measure(bareRow, loadPlan(systemStatus, { ports: [port] }, context.durationMs), context);
  } finally {
    await child.stop(1000);
  }
}
