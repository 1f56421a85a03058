/** A whole number of at most 15 digits, or null. */
export function integer(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}
