/** The lifetimes of operators' one-time links. Times are wire times, ms. */

const lifeMs = 24 * 3_600_000;
/** Life of the link that creates the first administrator. */
const firstLifeMs = 3_600_000;

export const linkEnd = (nowMs: number) => nowMs + lifeMs;
export const firstLinkEnd = (nowMs: number) => nowMs + firstLifeMs;
