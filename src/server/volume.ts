/** The volume that holds the data: seen by its mount point, so that data which is only out of reach is not taken for data that never was. */

/** Place where the data lay when it was seen last, symbolic links followed. */
export interface NotedVolume {
  readonly path: string;
  readonly mountPoint: string;
}

/** Mount point of the file system that `path` (absolute, real) is on, by the text of /proc/self/mountinfo; null where that says nothing. */
export function mountPointIn(mountinfo: string, path: string): string | null {
  const points = mountinfo.split('\n').flatMap((line) => {
    const [, , , , point] = line.split(' ');
    return point === undefined ? [] : [unescaped(point)];
  });
  const above = points.filter((point) => point === '/' || path === point || path.startsWith(`${point}/`));
  return above.toSorted((left, right) => right.length - left.length)[0] ?? null;
}

/** Spaces and the like are octal in mountinfo. */
function unescaped(point: string): string {
  return point.replaceAll(/\\([0-7]{3})/g, (_, code: string) =>
    String.fromCodePoint(Number.parseInt(code, 8)),
  );
}

/**
 * Returns why the noted volume is away; null when it is not. `now` is the mount point of the noted place, `seen` where data lies now (null: nowhere).
 * Data that an operator has moved, or that came with a volume mounted over it, counts; data under a mount point on which nothing is mounted
 * does not, for it is not what was there.
 */
export function absenceOf(
  { path, mountPoint }: NotedVolume,
  now: string | null,
  seen: NotedVolume | null,
): string | null {
  if (now === null || now === mountPoint) return null;
  if (seen !== null && seen.path !== path && !seen.path.startsWith(`${path}/`)) return null;
  if (now.length < mountPoint.length) return `nothing is mounted at ${mountPoint}: mount its volume again`;
  return seen === null ? `another volume is mounted over it at ${now}: take that away` : null;
}
