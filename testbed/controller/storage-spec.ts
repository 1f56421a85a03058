const unitMiB: Record<string, number> = { M: 1, G: 1024, T: 1024 ** 2, P: 1024 ** 3 };

/** `512M`, `1G`, `1.5G`, or a plain number of MiB; null when it is none of these. */
export function parseSizeMiB(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)([MGTP])?(?:i?B)?$/.exec(text);
  if (match === null) return null;
  return Math.ceil(Number(match[1]) * (unitMiB[match[2] ?? 'M'] ?? 1));
}

export interface StorageSpec {
  count: number;
  /** null: no limit of its own. */
  sizeMiB: number | null;
}

/** Juju's `[pool,][count,][size]`. Throws an Error naming the part it does not understand. */
export function parseStorageSpec(text: string): StorageSpec {
  const spec: StorageSpec = { count: 1, sizeMiB: null };
  for (const part of text.split(',')) {
    if (/^\d+$/.test(part)) spec.count = Number(part);
    else if (parseSizeMiB(part) !== null) spec.sizeMiB = parseSizeMiB(part);
    else if (!/^(rootfs|tmpfs|loop|lxd)$/.test(part)) {
      throw new Error(`storage: "${part}" is no pool, count or size (e.g. rootfs, 2, 1G)`);
    }
  }
  return spec;
}
