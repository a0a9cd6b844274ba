/** What a fault does later, after the reply. */
export type Effect = never;
