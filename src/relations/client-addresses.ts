/** Addresses from which a client's units come. */
import { compareUnits } from '../cluster/units.ts';
import { networkOf } from '../server/address.ts';
import { entryOf } from '../server/entry-of.ts';
import { shownName } from '../server/identifiers.ts';
import type { Bag, ClientRelation } from './relation-facts.ts';

/** More addresses than this of one unit are a mistake or an attack: each is a line of pg_hba.conf. */
const MOST_SUBNETS = 100;

export interface ClientAccess {
  /**
   * The client's own spelling, which it compares letter by letter with what is allowed. Sorted, without
   * repetition.
   */
  readonly subnets: readonly string[];
  /** The same as networks for pg_hba.conf. Sorted, without repetition. */
  readonly networks: readonly string[];
  /** Remote units that have at least one network, in unit order. */
  readonly units: readonly string[];
  /** Addresses that were dropped, and why. */
  readonly problems: readonly string[];
}

/**
 * Subnets of all remote units: egress-subnets, else ingress-address, else private-address. Host names are
 * not addresses.
 */
export function clientAccess(relation: ClientRelation): ClientAccess {
  const subnets = new Set<string>();
  const networks = new Set<string>();
  const units: string[] = [];
  const problems: string[] = [];
  for (const unit of Object.keys(relation.remoteUnits).toSorted(compareUnits)) {
    let usable = false;
    const texts = subnetTexts(entryOf(relation.remoteUnits, unit) ?? {});
    if (texts.length > MOST_SUBNETS) {
      problems.push(
        `${unit} names ${texts.length} addresses and at most ${MOST_SUBNETS} of a unit are let in`,
      );
    }
    for (const text of texts.slice(0, MOST_SUBNETS)) {
      const network = networkOf(text);
      if (network === null) {
        problems.push(
          `${unit} names ${shownName(text)} as its address, which is not an IP address or subnet`,
        );
        continue;
      }
      usable = true;
      networks.add(network);
      subnets.add(text.includes('/') ? text : network);
    }
    if (usable) units.push(unit);
  }
  return { subnets: [...subnets].toSorted(), networks: [...networks].toSorted(), units, problems };
}

function subnetTexts(bag: Bag): string[] {
  const egress = listed(bag['egress-subnets']);
  if (egress.length > 0) return egress;
  const ingress = listed(bag['ingress-address']);
  return ingress.length > 0 ? ingress : listed(bag['private-address']);
}

function listed(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
