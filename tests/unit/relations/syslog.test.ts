import { expect, test } from 'vitest';
import { desiredForwarding } from '../../../src/relations/syslog.ts';

const prefix = '%t [%p]: [%l-1] db=%d,user=%u ';

test('a related collector gets what this unit logs', () => {
  const remoteUnits = {
    'rsyslog/0': { 'private-address': '10.0.0.20' },
    'rsyslog/1': { 'private-address': 'host.example' },
  };
  expect(desiredForwarding([{ id: 'syslog:7', remoteUnits, broken: false }], 'postgresql/0', prefix)).toEqual(
    {
      ident: 'postgresql_0',
      forwards: [
        {
          path: '/etc/rsyslog.d/juju-postgresql_0-rsyslog_0.conf',
          programName: 'postgresql_0',
          address: '10.0.0.20',
          queue: 'juju-postgresql_0-rsyslog_0',
        },
      ],
      bags: { 'syslog:7': { programname: 'postgresql_0', log_line_prefix: prefix } },
      problems: { 'syslog:7': [expect.stringContaining('"host.example"')] },
    },
  );
});

test('a broken relation and no relation leave nothing behind', () => {
  const nothing = { ident: null, forwards: [], bags: {}, problems: {} };
  expect(desiredForwarding([], 'postgresql/0', prefix)).toEqual(nothing);
  const remoteUnits = { 'rsyslog/0': { 'private-address': '10.0.0.20' } };
  expect(desiredForwarding([{ id: 'syslog:7', remoteUnits, broken: true }], 'postgresql/0', prefix)).toEqual(
    nothing,
  );
});
