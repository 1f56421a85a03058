/** Time limits and bounds of the protocol. The first five guard safety (decision 13); all others only end waiting. */

/** A primary that reaches neither a standby that streams nor Juju for this long stops. */
export const fenceSeconds = 12;
/** Time for a server that has just started to find its first contact, in place of `fenceSeconds`. */
export const firstContactSeconds = 4;
/** A fence whose last look is older than this stands still, and does not count as one that lives. */
export const fenceSilenceSeconds = 12;
/**
 * A primary that cannot say so has certainly stopped this long after a freeze: `fenceSeconds` after its last contact, and as long again
 * as finding that out and a fast stop may take.
 */
export const surelyStoppedSeconds = 20;
/**
 * Time after Juju was asked within which a decision may be written: its answer on leadership holds for thirty, of which some are for the
 * commit.
 */
export const leadershipSeconds = 20;

/** Limit of a handover until the old primary has stopped; after it the old primary goes on. */
export const handoverLimitSeconds = 120;
/** Wait of the old primary for the target to catch up, before it refuses to stop. */
export const catchUpLimitSeconds = 60;
/** Wait of a named primary for WAL it lacks (or for its server), before it refuses to promote. */
export const promotionLimitSeconds = 30;
/** Wait of a failover for a server that is starting, before that declares itself unable to report. */
export const reportLimitSeconds = 300;
/**
 * A handover target may be this far behind when the old primary begins to stop; the stop itself sends the
 * rest.
 */
export const handoverLagBytes = 16 * 1024 * 1024;
/** Copies taken from one source at a time. */
export const clonesPerSource = 2;
/** Time for each unit to look when the leader asks all to. */
export const lookSeconds = 30;
/** Interval at which a primary that has left Juju's list but still answers is tried again. */
export const silenceWatchSeconds = 300;
/** A standby's status tells how far it is behind from here on. */
export const shownLagBytes = 64n * 1024n * 1024n;
