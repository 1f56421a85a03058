/** Time limits and bounds of the protocol. None of them guards safety: they end waiting. */

/** How long a handover may take until the old primary has stopped; after it the old primary goes on. */
export const handoverLimitSeconds = 120;
/** How long the old primary waits for the target to catch up before it refuses to stop. */
export const catchUpLimitSeconds = 60;
/** How long a named primary waits for WAL it lacks (or for its server) before it refuses to promote. */
export const promotionLimitSeconds = 30;
/** How long a server that is starting keeps a failover waiting before it declares itself unable to report. */
export const reportLimitSeconds = 300;
/**
 * A handover target may be this far behind when the old primary begins to stop; the stop itself sends the
 * rest.
 */
export const handoverLagBytes = 16 * 1024 * 1024;
/** Copies taken from one source at a time. */
export const clonesPerSource = 2;
/** How often a primary that has left Juju's list but still answers is looked at. */
export const silenceWatchSeconds = 300;
/** A standby's status tells how far it is behind from here on. */
export const shownLagBytes = 64n * 1024n * 1024n;
