/**
 * A file of the program with what V8 compiled of it in earlier processes. Node's own cache keeps what reading the file compiles; most of a
 * hook's functions are compiled when they are first called, which costs it 20 ms. In /run: whole as long as the machine runs, gone after.
 */
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { getHeapCodeStatistics } from 'node:v8';
import { Script } from 'node:vm';

interface WarmCode {
  /** Bytes of code in a process when this was kept. */
  readonly codeBytes: number;
  readonly data: Buffer;
}

type Wrapped = (
  exports: unknown,
  require: NodeJS.Require,
  module: object,
  file: string,
  folder: string,
) => void;

/** Growth from which the code is worth keeping anew. */
const grown = 1.05;

/**
 * Runs `file`, a CommonJS module of ASCII only, and returns what it exports. `folder` keeps its code. Throws what reading or running it
 * throws.
 */
export function requireWarm(file: string, folder = '/run/postgresql-charm'): unknown {
  const place = join(folder, `code${file.replaceAll('/', '-')}`);
  const key = keyOf(file);
  const kept = read(place, key);
  const source = `(function (exports, require, module, __filename, __dirname) { ${readFileSync(file, 'latin1')}\n})`;
  const script = new Script(source, {
    filename: file,
    ...(kept === null ? {} : { cachedData: kept.data }),
  });
  const module = { exports: {} };
  const run = script.runInThisContext() as Wrapped;
  run(module.exports, createRequire(file), module, file, dirname(file));
  const before = kept === null || script.cachedDataRejected === true ? 0 : kept.codeBytes;
  process.once('exit', () => {
    const codeBytes = codeBytesNow();
    if (codeBytes > before * grown) keep(place, key, { codeBytes, data: script.createCachedData() });
  });
  return module.exports;
}

/** Of code V8 checks little more than the length of its source, so that what is kept is bound to this very file. */
function keyOf(file: string): string {
  const { ino, size, mtimeMs, ctimeMs } = statSync(file);
  return [ino, size, mtimeMs, ctimeMs].join('-');
}

function read(place: string, key: string): WarmCode | null {
  try {
    const whole = readFileSync(place);
    const end = whole.indexOf('\n');
    const [found, codeBytes] = whole.toString('latin1', 0, end).split(' ');
    return found === key ? { codeBytes: Number(codeBytes), data: whole.subarray(end + 1) } : null;
  } catch {
    return null;
  }
}

/** A place that cannot be written keeps nothing. */
function keep(place: string, key: string, { codeBytes, data }: WarmCode): void {
  const partial = `${place}.${process.pid}`;
  try {
    mkdirSync(dirname(place), { recursive: true, mode: 0o700 });
    writeFileSync(partial, Buffer.concat([Buffer.from(`${key} ${codeBytes}\n`), data]), { mode: 0o600 });
    renameSync(partial, place);
  } catch {
    // The next process compiles anew.
  }
}

function codeBytesNow(): number {
  return getHeapCodeStatistics().bytecode_and_metadata_size;
}
