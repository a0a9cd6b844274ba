/** The templates of the lab's worlds. Each is created once per process, by the same commands that everybody uses. */
import type { Clock } from '../../clock/clock.ts';
import { LabClock } from '../../clock/lab-clock.ts';
import { seedDemoWorld } from '../../demo/demo-world.ts';
import { advanceTo } from '../../engine/catch-up.ts';
import { LocalEngine, type LocalEngineOptions } from '../../engine/local-engine.ts';
import { SeededIds } from '../../lab/seeded-ids.ts';
import type { Template, TemplateName } from '../../lab/worlds/world.ts';
import { keyHolders } from '../../lab/worlds/world-keys.ts';
import type { WorldImage } from '../../store/world-image.ts';
import { markAsLab } from '../lab-start.ts';
import { checkMasterKey } from '../master-key-check.ts';
import type { SecretBox } from '../secrets.ts';

export type TemplateParts = { readonly machine: Clock; readonly secretBox: SecretBox };

/** The place of a template's store, which is closed when the template is complete. */
export type TemplatePlace = {
  readonly location: LocalEngineOptions['location'];
  close(engine: LocalEngine): Promise<WorldImage>;
  /** Removes a store that was not completed. */
  giveUp(): Promise<void>;
};

export class Templates {
  readonly #parts: TemplateParts;
  readonly #place: () => Promise<TemplatePlace>;
  readonly #made = new Map<TemplateName, Promise<Template>>();

  constructor(parts: TemplateParts, place: () => Promise<TemplatePlace> = async () => inMemory) {
    this.#parts = parts;
    this.#place = place;
  }

  get(name: TemplateName): Promise<Template> {
    const known = this.#made.get(name);
    if (known !== undefined) return known;
    const making = this.#place().then((place) => makeTemplate(name, this.#parts, place));
    this.#made.set(name, making);
    making.catch(() => this.#made.delete(name));
    return making;
  }
}

const inMemory: TemplatePlace = {
  location: { memory: true },
  close: (engine) => engine.closeToImage(),
  giveUp: async () => {},
};

/** Age of a template, ms: work that is due shortly after its creation, such as seals, is done in it already. */
const settlingMs = 60_000;

async function makeTemplate(
  name: TemplateName,
  { machine, secretBox }: TemplateParts,
  { location, close, giveUp }: TemplatePlace,
): Promise<Template> {
  const ids = new SeededIds(0);
  const clock = new LabClock(machine);
  clock.time.state = { frozenAt: machine.world.now() - settlingMs, aheadMs: 0, wire: 'machine' };
  const engine = await LocalEngine.open({
    clock,
    location,
    blockMs: 0,
    lab: true,
    randomHex: () => ids.next(),
    onChanged: () => {},
    // A worker tries again, and after a bug the commands below fail.
    onFault: () => {},
    onFatal: () => {},
  });
  try {
    const { commands, chainService, reads } = engine;
    await checkMasterKey(commands, secretBox, undefined);
    await markAsLab(commands);
    const encryptSecret = (secret: string) => secretBox.encrypt(secret);
    if (name === 'demo')
      await seedDemoWorld({ clock: machine, commands, chainService, reads, encryptSecret });
    const holders = await keyHolders(reads);
    await advanceTo(engine, clock.world.now() + settlingMs);
    const image = await close(engine);
    const time = { frozenAt: null, aheadMs: 0, wire: 'machine' } as const;
    return { holders, saved: { image, atMs: clock.world.now(), time, drawn: 0 } };
  } catch (error) {
    await engine.close();
    await giveUp();
    throw error;
  }
}
