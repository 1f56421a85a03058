/** Reading of the options admin_addresses and extra_pg_auth. */
import { addressBits, networkOf } from './address.ts';
import { hasControl } from './conf-lines.ts';

export interface CheckedLines {
  readonly lines: readonly string[];
  /** Line number of each of `lines` in the option's text, counted from 1. */
  readonly lineNumbers: readonly number[];
  readonly problems: readonly string[];
}

const TYPES = new Set(['local', 'host', 'hostssl', 'hostnossl', 'hostgssenc', 'hostnogssenc']);
const METHODS = new Set(
  'trust reject scram-sha-256 md5 password gss sspi ident peer ldap radius cert pam bsd oauth'.split(' '),
);
const ADDRESS_WORDS = new Set(['all', 'samehost', 'samenet']);

/** Networks of a comma-separated list of addresses; what is not one is a problem. */
export function parseAdminAddresses(text: string): CheckedLines {
  const entries = text.split(',').map((entry) => entry.trim());
  const lines: string[] = [];
  const problems: string[] = [];
  for (const entry of entries.filter((entry) => entry !== '')) {
    const network = networkOf(entry);
    if (network === null)
      problems.push(`admin_addresses: "${entry.slice(0, 60)}" is not an IP address or network`);
    else lines.push(network);
  }
  return { lines, lineNumbers: lines.map(() => 1), problems };
}

/**
 * Lines of extra_pg_auth, which are separated by line ends or, as the older charm had it, by commas before
 * a connection type. A line that pg_hba.conf would not take is a problem with its number.
 */
export function parseExtraAuth(text: string): CheckedLines {
  const lines: string[] = [];
  const lineNumbers: number[] = [];
  const problems: string[] = [];
  const separated = text.replaceAll(/,[ \t]*(?=(?:local|host(?:ssl|nossl|gssenc|nogssenc)?)\s)/g, '\n');
  for (const [index, raw] of separated.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const problem = hasControl(line) ? 'it holds a control character' : lineProblem(tokens(line));
    if (problem === null) {
      lines.push(line);
      lineNumbers.push(index + 1);
    } else problems.push(`extra_pg_auth line ${index + 1}: ${problem}: ${line.slice(0, 60)}`);
  }
  return { lines, lineNumbers, problems };
}

const inclusion = 'the charm cannot check an included file; put its content here';

/** True when a list of names takes some from a file: an `@` that no quotes protect. */
function isFile(names: string): boolean {
  return /(^|,)@/.test(names.replaceAll(/"[^"]*"/g, '""'));
}

function lineProblem(fields: readonly string[] | null): string | null {
  if (fields === null) return 'a quote is not closed';
  const [type = '', databases = '', users = '', ...rest] = fields;
  if (type.startsWith('include') || isFile(databases) || isFile(users)) return inclusion;
  if (!TYPES.has(type)) return `"${type}" is not a connection type`;
  const methodAt = type === 'local' ? 0 : maskFollows(rest) ? 2 : 1;
  const method = rest[methodAt];
  if (method === undefined) return 'too few fields';
  if (type !== 'local') {
    const problem = addressProblem(rest[0] ?? '', methodAt === 2);
    if (problem !== null) return problem;
  }
  if (!METHODS.has(method)) return `"${method}" is not an authentication method`;
  const option = rest.slice(methodAt + 1).find((field) => !field.includes('='));
  return option === undefined ? null : `option "${option}" is not of the form name=value`;
}

function maskFollows(rest: readonly string[]): boolean {
  return addressBits(rest[0] ?? '') !== null && addressBits(rest[1] ?? '') !== null;
}

function addressProblem(address: string, hasMask: boolean): string | null {
  if (hasMask || ADDRESS_WORDS.has(address)) return null;
  if (addressBits(address) !== null) return `address "${address}" needs a mask such as /32`;
  if (networkOf(address) !== null) return null;
  // Misspelt addresses would otherwise pass for host names that never resolve.
  return /^\.?[a-z][\w.-]*$/i.test(address) ? null : `"${address}" is not an address`;
}

/** Fields of a line as pg_hba.conf splits them, comments cut; null when a quote stays open. */
function tokens(line: string): string[] | null {
  const fields: string[] = [];
  let rest = line;
  for (;;) {
    rest = rest.trimStart();
    if (rest === '' || rest.startsWith('#')) return fields;
    const field = /^(?:"(?:[^"]|"")*"|[^\s"#])+/.exec(rest)?.[0];
    if (field === undefined) return null;
    fields.push(field);
    rest = rest.slice(field.length);
  }
}
