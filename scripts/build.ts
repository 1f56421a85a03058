/** `npm run build`: src/main.ts becomes the one runnable file, dist/charm; its three ways on become a file each beside it. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { type BuildOptions, build, type PluginBuild } from 'esbuild';
import Handlebars from 'handlebars';
import { compileOptions } from '../src/system/templates.ts';

const root = join(import.meta.dirname, '..');

/**
 * The file's first two lines are both sh and JavaScript. As sh, the second line finds the charm's folder (Juju says it; otherwise the
 * symlink that was called does) and executes the same file with the Node that travels in the charm. As JavaScript, the first line is a
 * hashbang and the second a string and a comment. The compile cache saves about 30 ms a hook.
 */
const launcher = [
  '#!/bin/sh',
  [
    `':' //; d="\${JUJU_CHARM_DIR:-\${CHARM_DIR:-}}"; [ -e "$d/dist/charm" ] || { d=$(readlink -f "$0"); d="\${d%/dist/charm}"; }`,
    'n="$d/bin/node"; [ -x "$n" ] || n=node',
    'export CHARM_CALLED_AS="$0" NODE_COMPILE_CACHE="${NODE_COMPILE_CACHE:-/var/cache/postgresql-charm/compile}"',
    'exec "$n" "$d/dist/charm" "$@"',
  ].join('; '),
].join('\n');

/** Files of src/pass that main.ts hands over to. Each process takes one way: it need not read the others. */
const ways: ReadonlySet<string> = new Set(['run', 'jobs', 'command-line']);

const shared = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  // pg looks for its optional native twin; the charm has none.
  external: ['pg-native'],
  // Unminified: a stack trace should be readable on the unit.
  legalComments: 'none',
  logLevel: 'warning',
  define: { 'import.meta.dirname': '__dirname' },
  // Loaded by require: a first import() starts Node's other loader.
  supported: { 'dynamic-import': false },
} as const satisfies BuildOptions;

/** Leaves the ways of main.ts to files of their own. That of hooks keeps what V8 compiles of it. */
function leaveWays({ onResolve, onLoad }: PluginBuild): void {
  onResolve({ filter: /^\.\/pass\// }, ({ path, kind }) => {
    const name = basename(path, '.ts');
    return kind === 'dynamic-import' && ways.has(name) ? { path: name, namespace: 'way' } : undefined;
  });
  onLoad({ filter: /./, namespace: 'way' }, ({ path }) => ({
    contents:
      path === 'run'
        ? `import { requireWarm } from './src/system/warm-code.ts'; module.exports = requireWarm(__dirname + '/run.js');`
        : `module.exports = require('./${path}.js');`,
    resolveDir: root,
  }));
  onResolve({ filter: /^\.\/[a-z-]+\.js$/, namespace: 'way' }, ({ path }) => ({ path, external: true }));
}

/** Leaves out Handlebars' compiler: the build compiles all templates, a hook needs the runtime only. */
function leaveCompiler({ onResolve }: PluginBuild): void {
  onResolve({ filter: /^handlebars$/ }, ({ path }) => ({ path, external: true }));
}

/** Builds dist/charm. Throws when the source does not bundle. */
export async function buildCharm(): Promise<string> {
  const dist = join(root, 'dist');
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  const outfile = join(dist, 'charm');
  await build({
    ...shared,
    entryPoints: [join(root, 'src/main.ts')],
    outfile,
    // First two lines for sh and JavaScript alike.
    banner: { js: launcher },
    plugins: [{ name: 'ways', setup: leaveWays }],
  });
  const entryPoints = [...ways].map((name) => join(root, `src/pass/${name}.ts`));
  await build({
    ...shared,
    entryPoints,
    outdir: dist,
    plugins: [{ name: 'compiler', setup: leaveCompiler }],
  });
  // Strings are escaped; comments of packages alone hold anything else, and one such letter doubles the time that reading takes.
  const hooks = join(dist, 'run.js');
  writeFileSync(hooks, readFileSync(hooks, 'utf8').replaceAll(/[\u0080-\uffff]/g, '?'));
  chmodSync(outfile, 0o755);
  // Without this the file, which has no ending, would be read as an ES module because of the package.json above it.
  writeFileSync(join(dist, 'package.json'), '{ "type": "commonjs" }\n');
  writeFileSync(join(dist, 'templates.js'), compiledTemplates());
  linkNode();
  return outfile;
}

/** A module of all templates, by name, as Handlebars' runtime takes them. */
function compiledTemplates(): string {
  const folder = join(root, 'templates');
  const entries = readdirSync(folder).map((name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    return `${JSON.stringify(name)}: ${String(Handlebars.precompile(text, compileOptions))}`;
  });
  return `module.exports = {\n${entries.join(',\n')}\n};\n`;
}

/** Lets the checkout itself be a runnable charm folder: bin/node is the Node of this machine's kind that npm installed. */
function linkNode(): void {
  const link = join(root, 'bin/node');
  const target = `../node_modules/node-linux-${process.arch}/bin/node`;
  mkdirSync(join(root, 'bin'), { recursive: true });
  if (existsSync(join(root, 'bin', target)) && !existsSync(link)) symlinkSync(target, link);
}

if (import.meta.main) {
  const file = await buildCharm();
  console.log(`built ${file}`);
}
