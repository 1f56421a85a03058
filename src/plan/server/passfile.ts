/** The password file of a standby, and the hosts it and pg_hba.conf are about. */
import type { Member } from '../../cluster/view.ts';
import { entryOf } from '../../server/entry-of.ts';
import { passfileHeading } from '../../server/passfile-heading.ts';
import { managedPaths } from '../../server/place.ts';
import type { ServerStep } from '../../server/server-steps.ts';
import { fingerprintOf } from '../credentials.ts';
import type { Situation } from '../situation.ts';
import type { PlaceAndTraits } from './place.ts';
import { replicationRole } from './role.ts';

/** Addresses of the other members, also of one that has said nothing yet but its address: it will want to copy. */
export function peerHosts({ observation, view }: Pick<Situation, 'observation' | 'view'>): string[] {
  const bags = observation.juju.peer?.members ?? {};
  return view.others
    .map(({ unit, facts }: Member) => facts?.host ?? entryOf(bags, unit)?.['ingress-address'] ?? '')
    .filter((host) => host !== '');
}

/** The step that writes the file, when it is not the one for these hosts and this password. */
export function planPassfile(situation: Situation, { place, traits }: PlaceAndTraits): ServerStep[] {
  const { observation } = situation;
  const { passfile } = managedPaths(place, traits.recoveryIn);
  const hosts = [...new Set(peerHosts(situation))].toSorted();
  const fingerprint = fingerprintOf(replicationRole, observation.credentials);
  if (fingerprint === null || hosts.length === 0) return [];
  const heading = passfileHeading(replicationRole, hosts, fingerprint);
  if (entryOf(observation.server.files, passfile)?.split('\n')[0] === heading) return [];
  return [{ kind: 'passfile.write', path: passfile, role: replicationRole, hosts }];
}
