import { describe, expect, test } from 'vitest';
import { statusTable } from '../../../../testbed/cli/status-table.ts';
import { narrowed, shortStatus } from '../../../../testbed/cli/verbs/status.ts';
import type { StatusDocument, UnitStatus } from '../../../../testbed/protocol/status-types.ts';

const since = '2026-01-02T03:04:05Z';
const unit = (machine: string, message: string, more: Partial<UnitStatus> = {}): UnitStatus => ({
  'workload-status': { current: 'active', message, since },
  'juju-status': { current: 'idle', since, version: '3.6.9' },
  machine,
  'public-address': `10.0.0.${machine}`,
  ...more,
});
const app = (units: Record<string, UnitStatus>) => ({
  charm: 'local:pg-3',
  'charm-name': 'pg',
  'charm-rev': 3,
  'charm-origin': 'local' as const,
  base: { name: 'debian', channel: '12' },
  exposed: false,
  'application-status': { current: 'active', message: 'Live', since },
  units,
});
const agent = unit('', 'ready\nand more');
const status: StatusDocument = {
  model: {
    name: 'm',
    type: 'iaas',
    controller: 'testbed',
    cloud: 'localhost',
    version: '3.6.9',
    'model-status': { current: 'available', since },
  },
  machines: {
    '0': {
      'juju-status': { current: 'started', since },
      hostname: 'm-0',
      'dns-name': '10.0.0.0',
      'ip-addresses': ['10.0.0.0'],
      'instance-id': 'juju-m-0',
      'machine-status': { current: 'running', message: 'Running', since },
      base: { name: 'debian', channel: '12' },
      hardware: '',
    },
  },
  applications: {
    pg: {
      ...app({
        'pg/0': unit('0', 'Live master', {
          leader: true,
          'open-ports': ['5432/tcp'],
          subordinates: { 'log/0': agent },
        }),
        'pg/1': unit('1', 'Live secondary', {
          'juju-status': { current: 'executing', message: 'running config-changed hook', since },
        }),
      }),
      version: '15.9',
    },
    log: { ...app({}), 'charm-name': 'log', 'subordinate-to': ['pg'] },
  },
  relations: [{ id: 1, endpoints: ['pg:peer'], interface: 'peers', type: 'peer', status: 'joined' }],
  controller: { timestamp: '2026-01-02T03:04:05.678Z' },
};

describe('juju status', () => {
  test('the table', () => {
    expect(statusTable(status, { juju: '3.6', relations: true, storage: false })).toBe(
      [
        'Model  Controller  Cloud/Region         Version  SLA          Timestamp',
        'm      testbed     localhost/localhost  3.6.9    unsupported  03:04:05Z',
        '',
        'App  Version  Status  Scale  Charm  Channel  Rev  Exposed  Message',
        'pg   15.9     active      2  pg                3  no       Live',
        'log           active      1  log               3  no       Live',
        '',
        'Unit     Workload  Agent      Machine  Public address  Ports     Message',
        'pg/0*    active    idle       0        10.0.0.0        5432/tcp  Live master',
        '  log/0  active    idle                10.0.0.                   ready',
        'pg/1     active    executing  1        10.0.0.1                  (config-changed hook) Live secondary',
        '',
        'Machine  State    Address   Inst id   Base       AZ  Message',
        '0        started  10.0.0.0  juju-m-0  debian@12      Running',
        '',
        'Integration provider  Requirer  Interface  Type  Message',
        'pg:peer               pg:peer   peers      peer',
        '',
      ].join('\n'),
    );
  });

  test('words that differ by version', () => {
    const old = statusTable(status, { juju: '2.9', relations: true, storage: false });
    expect(old).toMatch(/^Machine .* Series /m);
    expect(old).toMatch(/^Relation provider /m);
    expect(statusTable(status, { juju: '4.0', relations: false, storage: false })).not.toMatch(
      /SLA|Integration/,
    );
  });

  test('an empty model says so', () => {
    const empty = { ...status, machines: {}, applications: {}, relations: [] };
    expect(statusTable(empty, { juju: '3.6', relations: true, storage: true })).toMatch(
      /\nModel "admin\/m" is empty\.\n$/,
    );
  });

  test('short, and narrowed to patterns', () => {
    expect(shortStatus(status)).toBe(
      '- pg/0: 10.0.0.0 (agent:idle, workload:active) 5432/tcp\n' +
        '  - log/0: 10.0.0. (agent:idle, workload:active)\n' +
        '- pg/1: 10.0.0.1 (agent:executing, workload:active)\n',
    );
    expect(Object.keys(narrowed(status, ['pg/1']).applications['pg']?.units ?? {})).toEqual(['pg/1']);
    expect(Object.keys(narrowed(status, ['lo*']).applications)).toEqual(['pg', 'log']);
    expect(() => narrowed(status, ['nobody'])).toThrow(/nothing matched "nobody"/);
  });
});
