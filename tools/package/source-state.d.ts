export const buildFolder: string;
export const stateFile: string;
export function isBuiltFrom(state: string): boolean;
export function readSourceState(): string;
