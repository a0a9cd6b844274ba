/** Lets one process at a time have databases of the lab beside its exchange, and drops those of a killed process. */
import { systemClock } from '../../clock/system-clock.ts';
import type { Logger } from '../../observability/log.ts';
import type { TaskLeases } from '../../store/port.ts';
import { LabDatabases } from '../../store/postgres/lab-databases.ts';

const task = 'databases of the lab';

/** @returns the reason why this process cannot have any now, if so: a sentence without its full stop. */
export async function problemOfOthers(leases: TaskLeases): Promise<string | undefined> {
  const processes = await leases.processes();
  if (processes > 1)
    return `${processes} processes use this database, and only one alone may have databases of the lab beside it; stop the others first`;
  return (await leases.hold(task)) ? undefined : 'Another process has databases of the lab beside this one';
}

/** A start continues if this fails: the next one tries again. */
export async function dropLeftDatabases(url: string, leases: TaskLeases, log: Logger): Promise<void> {
  try {
    const databases = new LabDatabases({ url, timers: systemClock.monotonic });
    if ((await problemOfOthers(leases)) !== undefined) return;
    await databases.endOthers();
    const { others } = await databases.names();
    if (others.length === 0) return;
    await databases.dropNamed(others);
    log.info({ databases: others }, 'databases of the lab that an earlier process has left were dropped');
  } catch (error) {
    log.warn(error, 'databases of the lab that an earlier process has left could not be dropped');
  }
}
