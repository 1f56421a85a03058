/** Option extra_packages. */

/** Names in the list; a word that cannot name a Debian package is a problem and left out (to apt, `name-` is a removal). */
export function readExtraPackages(text: string): {
  readonly names: readonly string[];
  readonly problems: readonly string[];
} {
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  const bad = words.filter((word) => !/^[a-z0-9][a-z0-9+.-]*[a-z0-9+.]$/.test(word));
  return {
    names: words.filter((word) => !bad.includes(word)),
    problems: bad.map((word) => `extra_packages: "${word.slice(0, 60)}" is not a package name`),
  };
}
