import { describe, expect, test } from 'vitest';
import { absenceOf, mountPointIn } from '../../../src/server/volume.ts';

const mountinfo = [
  '22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw',
  '23 22 0:21 / /proc rw,nosuid shared:5 - proc proc rw',
  '95 22 7:3 / /srv/pgdata/0 rw,relatime - ext4 /dev/loop3 rw',
  '96 22 7:4 / /srv/with\\040space rw,relatime - ext4 /dev/loop4 rw',
  '',
].join('\n');

test('the mount point of a path is the longest one above it', () => {
  expect(mountPointIn(mountinfo, '/srv/pgdata/0/15/main')).toBe('/srv/pgdata/0');
  expect(mountPointIn(mountinfo, '/srv/pgdata/0')).toBe('/srv/pgdata/0');
  expect(mountPointIn(mountinfo, '/srv/pgdata/01')).toBe('/');
  expect(mountPointIn(mountinfo, '/srv/with space/15')).toBe('/srv/with space');
  expect(mountPointIn('', '/srv')).toBeNull();
});

describe('data that was on a volume', () => {
  const path = '/srv/pgdata/0/15/main';
  const noted = { path, mountPoint: '/srv/pgdata/0' };

  test('is there while the volume is', () => {
    expect(absenceOf(noted, '/srv/pgdata/0', null)).toBeNull();
    expect(absenceOf(noted, null, null)).toBeNull();
  });

  test('is missing when nothing is mounted there, whatever lies under the mount point', () => {
    const reason = 'nothing is mounted at /srv/pgdata/0: mount its volume again';
    expect(absenceOf(noted, '/', null)).toBe(reason);
    expect(absenceOf(noted, '/', { path, mountPoint: '/' })).toBe(reason);
    const before = { path: '/srv/pgdata/0', mountPoint: '/srv/pgdata/0' };
    expect(absenceOf(before, '/', { path, mountPoint: '/' })).toBe(reason);
  });

  test('counts where an operator has moved it', () => {
    expect(absenceOf(noted, '/', { path: '/big/main', mountPoint: '/big' })).toBeNull();
    const onRoot = { path: '/var/lib/postgresql/15/main', mountPoint: '/' };
    const moved = { ...onRoot, mountPoint: '/var/lib/postgresql' };
    expect(absenceOf(onRoot, '/var/lib/postgresql', moved)).toBeNull();
  });

  test('is hidden by an empty volume that is mounted over it', () => {
    const onRoot = { path: '/var/lib/postgresql/15/main', mountPoint: '/' };
    expect(absenceOf(onRoot, '/var/lib/postgresql', null)).toMatch(/mounted over it at/);
  });
});
