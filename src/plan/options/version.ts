/** Option version. */
import { majorTraits, unknownMajor } from '../../server/versions.ts';

/** The major it names; null for the release's default. */
export function readVersion(
  text: string,
  application: string,
): { readonly major: number | null; readonly problems: readonly string[] } {
  if (text === '') return { major: null, problems: [] };
  const reset = `to go on: juju config ${application} --reset version`;
  const major = /^\d{1,3}$/.test(text) ? Number(text) : null;
  if (major === null) {
    const problem = `version: "${text.slice(0, 40)}" is not a major version such as 15; ${reset}`;
    return { major: null, problems: [problem] };
  }
  return majorTraits(major) === null
    ? { major: null, problems: [`option version: ${unknownMajor(major)}; ${reset}`] }
    : { major, problems: [] };
}
