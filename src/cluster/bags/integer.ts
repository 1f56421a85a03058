/** A TCP port, or null. */
export function portNumber(text: string | null): number | null {
  const port = integer(text);
  return port !== null && port >= 1 && port <= 65_535 ? port : null;
}

/** A whole number of at most 15 digits, or null. */
export function integer(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}
