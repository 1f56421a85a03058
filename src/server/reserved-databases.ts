/** Databases that are the server's own: no client's request names them, and nothing in them is changed. */
const RESERVED: readonly string[] = ['postgres', 'template0', 'template1'];

export function isReservedDatabase(name: string): boolean {
  return RESERVED.includes(name);
}
