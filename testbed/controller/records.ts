import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { HookRecord, LogLine } from '../protocol/admin.ts';
import type { ModelPaths } from './paths.ts';
import type { ModelState } from './state.ts';

/** The model as it was saved last, or null for a new one. */
export function loadState(paths: ModelPaths): ModelState | null {
  if (!existsSync(paths.state)) return null;
  return JSON.parse(readFileSync(paths.state, 'utf8')) as ModelState;
}

/** Whole or not at all: a controller killed in between finds the former state. */
export function saveState(paths: ModelPaths, model: ModelState): void {
  writeFileSync(`${paths.state}.new`, JSON.stringify(model));
  renameSync(`${paths.state}.new`, paths.state);
}

export function appendLog(paths: ModelPaths, lines: LogLine[]): void {
  if (lines.length > 0) appendFileSync(paths.log, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

/** The last `count` lines (all when undefined) of these units (all when undefined). */
export function readLog(paths: ModelPaths, count?: number, units?: string[]): LogLine[] {
  const entities = units?.map((unit) => `unit-${unit.replace('/', '-')}`);
  const lines = readLines<LogLine>(paths.log).filter((line) => entities?.includes(line.entity) ?? true);
  return count === undefined ? lines : lines.slice(-count);
}

export function appendHistory(paths: ModelPaths, unit: string, record: HookRecord): void {
  appendFileSync(paths.history, `${JSON.stringify({ unit, record })}\n`);
}

/** All hooks a unit has run, oldest first. */
export function readHistory(paths: ModelPaths, unit: string): HookRecord[] {
  return readLines<{ unit: string; record: HookRecord }>(paths.history)
    .filter((each) => each.unit === unit)
    .map((each) => each.record);
}

/** A line cut short by a crash is left out. */
function readLines<T>(path: string): T[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as T];
      } catch {
        return [];
      }
    });
}
