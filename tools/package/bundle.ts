/**
 * Bundles the source into JavaScript: one file for each entry point, and chunks for shared code and for code that is
 * loaded on demand. Node needs 0.3 ms and 20 KB for each module of each thread, and a server has 1,400.
 * Third-party packages stay as npm installs them.
 */
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { build, type Plugin } from 'esbuild';

/** Processes and threads start with these files, which the code finds by their names. */
const serverEntries = ['cli/main.ts', '**/*-thread.ts'];
/** The entry points that other programs import, on Node 20 and later. */
const importedEntries = ['package/index.ts', 'testing/index.ts'];
/** The folders that `contract/import-folder.ts` may be asked for. */
const importedFolders = ['contract/*/', 'customer/handlers/', 'operator/handlers/'];

const importFolderFile = 'contract/import-folder.ts';
/** A module with the URL of the folder that the bundles are in. */
const rootModule = 'bundle-root';
/** Modules that import all files of a folder. */
const folderModule = 'all-of:';

const shared = { bundle: true, format: 'esm', platform: 'node', packages: 'external' } as const;

/** Writes the bundles of the program, whose source is the folder `source`, to the folder `target`. */
export async function bundleProgram(source: string, target: string): Promise<void> {
  const entries = filesOf(source, serverEntries).map((file) => ({
    in: file,
    out: relative(source, file).replace(/\.ts$/, ''),
  }));
  await build({
    ...shared,
    outdir: target,
    outbase: source,
    entryPoints: [{ in: rootModule, out: 'root' }, ...entries],
    splitting: true,
    target: 'esnext',
    plugins: [asSeparateFiles(source)],
  });
}

/** Writes the entry points that other programs import. Each is a single file, as deep as all files of its folder. */
export async function bundleImported(source: string, target: string): Promise<void> {
  const entryPoints = filesOf(source, importedEntries);
  await build({ ...shared, outdir: target, outbase: source, entryPoints, target: 'node20' });
}

function filesOf(source: string, patterns: readonly string[]): string[] {
  return globSync(patterns, { cwd: source }).map((file) => join(source, file));
}

/**
 * Lets code that reads files beside itself or imports folders work in a bundle: each module has the URL that it would
 * have as a file of its own, and a folder that is imported is a module that imports its files.
 */
function asSeparateFiles(source: string): Plugin {
  const nameOf = (path: string) => relative(source, path).replaceAll('\\', '/');
  return {
    name: 'as-separate-files',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: new RegExp(`^(${rootModule}$|${folderModule})`) }, ({ path }) => ({
        path,
        namespace: 'generated',
      }));
      onLoad({ filter: /./, namespace: 'generated' }, ({ path }) => ({
        contents: path === rootModule ? rootSource : folderSource(source, path.slice(folderModule.length)),
        resolveDir: source,
      }));
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        if (!path.startsWith(source)) return undefined;
        return { contents: sourceOf(source, nameOf(path)), loader: 'ts' };
      });
    },
  };
}

// As an entry point that others import it becomes a chunk, and all chunks are in the folder itself.
const rootSource = "export const root = new URL('./', import.meta.url).href;";

/** The source of a file as it is bundled. */
function sourceOf(source: string, name: string): string {
  if (name === importFolderFile) return importFolderSource;
  const text = withOwnUrl(readFileSync(join(source, name), 'utf8'), name.replace(/\.ts$/, '.js'));
  if (!/\bimportFolder\(/.test(text)) return text;
  const folders = globSync(importedFolders, { cwd: source }).map(
    (folder) => `${folder.replaceAll('\\', '/')}/`,
  );
  const own = folders.filter((folder) => folder.startsWith(`${dirname(name)}/`)).sort();
  return `${own.map((folder) => `import '${folderModule}${folder}';`).join('\n')}\n${text}`;
}

function withOwnUrl(text: string, name: string): string {
  if (!/import\.meta\.(url|filename)/.test(text)) return text;
  const url = `new URL(${JSON.stringify(name)}, bundleRoot).href`;
  const code = text
    .replaceAll('import.meta.url', url)
    .replaceAll('import.meta.filename', JSON.stringify(name));
  return `import { root as bundleRoot } from '${rootModule}';\n${code}`;
}

function folderSource(source: string, folder: string): string {
  const files = readdirSync(join(source, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /(?<!\.test|\.d)\.ts$/.test(file))
    .sort();
  const imports = files.map((file, index) => `import * as file${index} from './${folder}${file}';`);
  return `import { addFolder } from './${importFolderFile}';
    ${imports.join('\n')}
    addFolder('${folder}', [${files.map((_, index) => `file${index}`).join(', ')}]);`;
}

/** `contract/import-folder.ts` for folders whose files the importing module has imported already. */
const importFolderSource = `
  import { root } from '${rootModule}';
  const folders = new Map<string, readonly object[]>();
  export function addFolder(name: string, files: readonly object[]) {
    folders.set(name, files);
  }
  const nameOf = (folder: URL) => folder.href.slice(root.length);
  export async function importFolder(folder: URL, isWanted: (value: unknown) => boolean) {
    return folders.get(nameOf(folder)).flatMap((exports) => Object.values(exports).filter(isWanted));
  }
  export function foldersIn(folder: URL) {
    const above = nameOf(folder);
    const within = [...folders.keys()].filter((each) => each.startsWith(above));
    return within.map((each) => each.slice(above.length, -1)).sort();
  }`;
