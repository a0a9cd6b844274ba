/** The content of a scenario file, YAML or JSON, with the lines of its parts. */
import { type Document, isAlias, LineCounter, type Node, parseDocument } from 'yaml';
import { ScenarioProblem } from './scenario.ts';

export type ScenarioFile = {
  readonly value: unknown;
  /** @returns the line of a place such as `timeline[2].with.amount`, or of the nearest part around it. */
  readonly lineOf: (place: string) => number;
};

/** @throws ScenarioProblem if it is neither YAML nor JSON; `at` is empty. */
export function parseScenarioFile(text: string): ScenarioFile {
  const lines = new LineCounter();
  // JSON is a part of YAML.
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, stringKeys: true });
  // A warning is about a tag that is unknown.
  const [error] = [...document.errors, ...document.warnings];
  if (error !== undefined) {
    const [summary] = error.message.split('\n');
    throw new ScenarioProblem('', `is not YAML: ${summary}`, error.linePos?.[0].line);
  }
  return {
    value: contentOf(document),
    lineOf: (place) => {
      const steps = place.split(/[.[\]]+/).filter(Boolean);
      for (let length = steps.length; length > 0; length -= 1) {
        const path = steps.slice(0, length).map((each) => (/^\d+$/.test(each) ? Number(each) : each));
        // cast: nodes were asked for.
        const node = document.getIn(path, true) as Node | undefined;
        const start = node && !isAlias(node) ? node.range?.[0] : undefined;
        if (start !== undefined) return lines.linePos(start).line;
      }
      return 1;
    },
  };
}

function contentOf(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    if (error instanceof ReferenceError) throw new ScenarioProblem('', 'has too many aliases');
    throw error;
  }
}
