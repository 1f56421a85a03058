import { expect } from 'vitest';
import type { Model } from '../../../../testbed/api/index.ts';
import { startProgram } from './programs.ts';

const commitsFile = '/var/log/commits';

export interface Commit {
  unit: string;
  atMs: number;
  timeline: number;
}

/** Watches whether the servers of these units accept commits, from now on and also when they are booted again. */
export async function watchServers(model: Model, units: readonly string[]): Promise<void> {
  for (const unit of units) await startProgram(model, unit, 'watcher-program', [commitsFile]);
}

/** Commits on a unit's server, as its watcher saw them, in order. */
export async function commitsOf(model: Model, unit: string): Promise<Commit[]> {
  const { stdout } = await (await model.machineOf(unit)).exec(`cat ${commitsFile}`);
  return stdout
    .split('\n')
    .filter((line) => line.includes(' '))
    .map((line) => line.split(' '))
    .map(([atMs, timeline]) => ({ unit, atMs: Number(atMs), timeline: Number(timeline) }));
}

/**
 * At no moment did two servers accept commits: in the order of their times, commits never go back to an older timeline, and each
 * timeline has one writer. Removed units cannot be asked; hand over what they had committed before.
 */
export function expectOnePrimaryAtATime(commits: readonly Commit[]): void {
  const inOrder = commits.toSorted((left, right) => left.atMs - right.atMs);
  const back = inOrder.filter((commit, index) => commit.timeline < (inOrder[index - 1]?.timeline ?? 0));
  expect(back, 'commits on an older timeline than one committed on before').toEqual([]);
  const writers = new Map<number, Set<string>>();
  for (const { timeline, unit } of inOrder) {
    writers.set(timeline, (writers.get(timeline) ?? new Set()).add(unit));
  }
  expect(
    [...writers].filter(([, units]) => units.size > 1),
    'timelines with two writers',
  ).toEqual([]);
}
