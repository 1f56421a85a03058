/** Sessions with the database `postgres`: one for each question, or one that the questions of a round share. */
import type { ClusterPlace } from '../server/place.ts';
import { type OpenSession, openSession, type Session, usualLimits, withSession } from './session.ts';

/** Way to a session with the database `postgres`. */
export type AskPostgres = <T>(
  place: Pick<ClusterPlace, 'socketDirectory' | 'port'>,
  use: (session: Session) => Promise<T>,
) => Promise<T>;

/** A session for each question. */
export const askPostgres: AskPostgres = (place, use) => withSession(place, 'postgres', use);

/**
 * One session for the questions of one round: to open one costs the server a process. After a failure the next question opens another; one
 * that comes after the end has its own. A session that stayed open would keep this process from ending.
 */
export function sharedSession(): { readonly ask: AskPostgres; readonly close: () => Promise<void> } {
  let open: Promise<OpenSession> | null = null;
  let hasEnded = false;
  const end = async (): Promise<void> => {
    const former = open;
    open = null;
    await former?.then((session) => session.close()).catch(() => {});
  };
  const ask: AskPostgres = async (place, use) => {
    open ??= openSession(place, 'postgres', usualLimits);
    try {
      return await use(await open);
    } catch (error) {
      await end();
      throw error;
    } finally {
      if (hasEnded) await end();
    }
  };
  const close = (): Promise<void> => {
    hasEnded = true;
    return end();
  };
  return { ask, close };
}
