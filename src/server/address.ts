/** IP addresses and networks as pg_hba.conf takes them. */

const OCTET = /^(0|[1-9]\d{0,2})$/;
const GROUP = /^[0-9a-f]{1,4}$/i;

/**
 * Number of bits of a valid literal address (32 or 128), or null. Zones (`%eth0`) are not for pg_hba.conf.
 */
export function addressBits(text: string): 32 | 128 | null {
  if (isIpv4(text)) return 32;
  return isIpv6(text) ? 128 : null;
}

/**
 * `text`, an address or a network in CIDR form, as a network (`10.0.0.7` → `10.0.0.7/32`); null when it is
 * neither. `all` and host names are not addresses.
 */
export function networkOf(text: string): string | null {
  const [address = '', length, ...rest] = text.trim().split('/');
  const bits = addressBits(address);
  if (bits === null || rest.length > 0) return null;
  if (length === undefined) return `${address.toLowerCase()}/${bits}`;
  if (!/^\d{1,3}$/.test(length) || Number(length) > bits) return null;
  return `${address.toLowerCase()}/${Number(length)}`;
}

/** True when `network` (as `networkOf` gives it) holds `address`. False when either is not one. */
export function networkContains(network: string, address: string): boolean {
  const [base = '', length] = network.split('/');
  const bits = addressBits(base);
  if (bits === null || bits !== addressBits(address)) return false;
  const kept = BigInt(bits) - BigInt(length ?? bits);
  return numberOf(base) >> kept === numberOf(address) >> kept;
}

/** A valid address as a number. */
function numberOf(address: string): bigint {
  if (isIpv4(address)) return address.split('.').reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
  const dotted = /[^:]*\.[^:]*$/.exec(address)?.[0];
  const tail = dotted === undefined ? 0n : numberOf(dotted);
  const embedded = `${(tail >> 16n).toString(16)}:${(tail & 0xffffn).toString(16)}`;
  const text = dotted === undefined ? address : address.slice(0, -dotted.length) + embedded;
  const [head = [], end = []] = text.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const zeros = Array.from({ length: 8 - head.length - end.length }, () => '0');
  return [...head, ...zeros, ...end].reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => OCTET.test(part) && Number(part) <= 255);
}

function isIpv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const all = groups.flat();
  const last = all.at(-1);
  const embedded = last?.includes('.') === true;
  if (embedded && (last === undefined || !isIpv4(last))) return false;
  const plain = embedded ? all.slice(0, -1) : all;
  if (!plain.every((group) => GROUP.test(group))) return false;
  const count = plain.length + (embedded ? 2 : 0);
  return halves.length === 2 ? count < 8 : count === 8;
}
