/** The generated parts of docs/lab.md: the presets, and the operations that a name means. */
import { customerOperations } from '../../src/contract/customer-operations.ts';
import type { Ending } from '../../src/lab/fault.ts';
import { operationNames } from '../../src/lab/operations.ts';
import { kindsInWords } from '../../src/lab/preset.ts';
import { type Preset, presets } from '../../src/lab/presets.ts';
import { table } from './table.ts';

export function presetTable(): string {
  const rows = presets.map((preset) => [
    `\`${preset.name}\``,
    doneBy(preset),
    endingOf(preset.ending),
    kindsInWords[preset.appliesTo],
    preset.consequence,
    preset.source,
  ]);
  return table(['Preset', 'Done', 'Reply', 'Operations', 'Consequence', 'Source'], rows);
}

/** Neither a delay nor an effect before the work prevents it. */
function doneBy({ position, ending }: Preset): string {
  if (position === 'after' || ending.kind === 'normal') return 'yes';
  return ending.kind === 'delay' ? 'later' : 'no';
}

function endingOf(ending: Ending): string {
  switch (ending.kind) {
    case 'normal':
      return 'as usual';
    case 'status':
      return `status ${ending.status}, ${ending.body === 'empty' ? 'no body' : `body ${ending.body}`}`;
    case 'reset':
      return 'connection reset';
    case 'hang':
      return 'none';
    case 'truncate':
      return `cut after ${ending.bytes} bytes`;
    case 'delay':
      return `${delayOf(ending)}, then as usual`;
    case 'false-success':
      return `failure, ${ending.withId ? 'with' : 'without'} the id`;
    case 'rejections':
      return `status ${ending.status}, \`Retry-After: ${ending.retryAfterSeconds}\``;
  }
}

function delayOf(delay: Extract<Ending, { readonly kind: 'delay' }>): string {
  if ('ms' in delay) return `after ${delay.ms} ms`;
  return delay.distribution === 'uniform'
    ? `after ${delay.minMs} to ${delay.maxMs} ms`
    : `after some ${delay.medianMs} ms (log-normal)`;
}

/** Names with more than one meaning; every other id means itself. */
export function operationTable(): string {
  const rows = customerOperations
    .map(({ id }) => [id, [...(operationNames.get(id) ?? [])]] as const)
    .filter(([, meant]) => meant.length > 1)
    .map(([id, meant]) => [`\`${id}\``, meant.map((each) => `\`${each}\``).join(', ')]);
  return table(['Name', 'Operations'], rows);
}
