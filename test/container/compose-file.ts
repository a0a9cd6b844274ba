/** The content of `compose.yaml`, with its variables replaced as `docker compose` does. Every value is text. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { root } from './programs.ts';

export type Service = {
  readonly environment: Readonly<Record<string, string>>;
  readonly read_only: string;
  readonly tmpfs: readonly string[];
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
  readonly ports?: readonly string[];
};

export type ComposeFile = {
  readonly services: Readonly<Record<'postgres' | 'redis' | 'server-1' | 'server-2', Service>>;
};

/** @throws Error if a variable has neither a value nor a default. */
export function readComposeFile(variables: Readonly<Record<string, string>>): ComposeFile {
  const text = readFileSync(join(root, 'compose.yaml'), 'utf8');
  return parse(
    text.replace(/\$\{(\w+):([-?])([^}]*)\}/g, (_, name: string, kind: string, other: string) => {
      const value = variables[name] || (kind === '-' ? other : undefined);
      assert.ok(value, `${name} has no value: ${other}`);
      return value;
    }),
    { merge: true, schema: 'failsafe' },
  );
}

/** The options of `podman run` that restrict a container as the compose file restricts its servers. */
export function restrictionsOf({ read_only, tmpfs, cap_drop, security_opt }: Service): readonly string[] {
  return [
    ...(read_only === 'true' ? ['--read-only', '--read-only-tmpfs=false'] : []),
    ...tmpfs.flatMap((path) => ['--tmpfs', path]),
    ...cap_drop.flatMap((capability) => ['--cap-drop', capability]),
    ...security_opt.flatMap((option) => ['--security-opt', option.replace(/:true$/, '')]),
  ];
}
