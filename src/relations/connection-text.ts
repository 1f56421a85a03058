/** Connection strings and URIs of libpq: a server's address in one line. */
import { hostPort, type Place } from './cluster-view.ts';
import type { BagPart } from './relation-facts.ts';

/**
 * `dbname=appdb host=10.0.0.1 password=… port=5432 user=juju_app`: keys sorted, values quoted only where
 * they must be, because many clients split at blanks.
 */
export function connectionString(place: Place, database: string, user: string): readonly BagPart[] {
  const before = `dbname=${quoted(database)} host=${quoted(place.host)} password=`;
  return [before, { passwordOf: user }, ` port=${place.port} user=${quoted(user)}`];
}

/** `postgresql://juju_app:…@10.0.0.1:5432/appdb`. */
export function connectionUri(place: Place, database: string, user: string): readonly BagPart[] {
  const after = `@${hostPort(place)}/${encoded(database)}`;
  return [`postgresql://${encoded(user)}:`, { passwordOf: user }, after];
}

function quoted(value: string): string {
  if (/^[^\s'\\]+$/.test(value)) return value;
  return `'${value.replaceAll(/['\\]/g, '\\$&')}'`;
}

function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
