/** The entries of a text that separates them by commas or spaces. */
export const listOf = (words: string): readonly string[] => words.split(/[\s,]+/).filter(Boolean);
