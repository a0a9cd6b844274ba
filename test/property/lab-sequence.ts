/** Plays random steps in a world and its forks. */
import type { Commit, LabPlay } from './lab-play.ts';
import type { LabStep } from './lab-steps.ts';

/** The first world and its forks, one of which is played in. */
const maxWorlds = 3;

/** The number of steps after which the whole world is compared with the model. */
export type PlayOptions = { readonly compareEvery: number };

/** @throws AssertionError if a world and its model differ. @returns the commits in the event log of the worlds */
export async function playLab(
  first: LabPlay,
  steps: readonly LabStep[],
  { compareEvery }: PlayOptions,
): Promise<readonly Commit[]> {
  const plays = [first];
  let played = first;
  try {
    for (const [index, step] of steps.entries()) {
      if (step.do === 'fork') {
        if (plays.length < maxWorlds) plays.push(await played.fork());
      } else if (step.do !== 'enter') await played.step(step);
      else played = plays.at(step.nth % plays.length) as LabPlay;
      played.enter();
      if (index % compareEvery === compareEvery - 1) await played.compare();
    }
    for (const play of plays) {
      play.enter();
      await play.recover();
    }
    return plays.flatMap(({ told }) => told);
  } finally {
    for (const { world } of plays) await world.close();
  }
}
