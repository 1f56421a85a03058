/** The structure of `juju status --format json`, keys as Juju writes them. */

export interface StatusEntry {
  current: string;
  message?: string;
  since: string;
  version?: string;
}

export interface MachineStatus {
  'juju-status': StatusEntry;
  hostname: string;
  'dns-name': string;
  'ip-addresses': string[];
  'instance-id': string;
  'machine-status': StatusEntry;
  base: { name: string; channel: string };
  hardware: string;
}

export interface UnitStatus {
  'workload-status': StatusEntry;
  'juju-status': StatusEntry;
  leader?: true;
  machine?: string;
  'open-ports'?: string[];
  'public-address'?: string;
  subordinates?: Record<string, UnitStatus>;
}

export interface ApplicationStatus {
  charm: string;
  'charm-name': string;
  'charm-rev': number;
  'charm-origin': 'local';
  base: { name: string; channel: string };
  exposed: boolean;
  life?: 'dying' | 'dead';
  'application-status': StatusEntry;
  /** Endpoint → the applications at the other end. */
  relations?: Record<string, { 'related-application': string; interface: string; scope: string }[]>;
  'subordinate-to'?: string[];
  units?: Record<string, UnitStatus>;
  version?: string;
  'endpoint-bindings'?: Record<string, string>;
}

export interface RelationStatus {
  id: number;
  /** `app:endpoint`; one entry for a peer relation. */
  endpoints: string[];
  interface: string;
  type: 'regular' | 'peer' | 'subordinate';
  status: 'joining' | 'joined' | 'suspended' | 'dying';
}

export interface StatusDocument {
  model: {
    name: string;
    type: 'iaas';
    controller: string;
    cloud: string;
    version: string;
    'model-status': StatusEntry;
  };
  machines: Record<string, MachineStatus>;
  applications: Record<string, ApplicationStatus>;
  /** Not in Juju's JSON; the table's Integration section needs it. */
  relations: RelationStatus[];
  'application-endpoints'?: Record<
    string,
    {
      url: string;
      endpoints: Record<string, { interface: string; role: string }>;
      'application-status': StatusEntry;
    }
  >;
  offers?: Record<
    string,
    { application: string; charm: string; endpoints: Record<string, { interface: string; role: string }> }
  >;
  storage?: Record<
    string,
    { kind: string; life: string; status: StatusEntry; unit: string | null; location: string }
  >;
  controller: { timestamp: string };
}
