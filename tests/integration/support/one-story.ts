import { beforeEach } from 'vitest';

/**
 * To be called in a file whose tests build on each other: after the first that fails, the others fail at once and do not wait out their
 * time limits one after the other.
 */
export function oneStory(): void {
  let failed: string | null = null;
  beforeEach(({ task, onTestFailed }) => {
    if (failed !== null) throw new Error(`not tried: "${failed}" failed before`);
    onTestFailed(() => {
      failed ??= task.name;
    });
  });
}
