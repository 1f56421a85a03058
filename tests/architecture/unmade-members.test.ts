import { describe, expect, test } from 'vitest';
import { withSources, withText } from './compiler.ts';
import { unmadeMembers } from './unmade-members.ts';

const example = `
  type Goal = { readonly kind: 'stop' } | { readonly kind: 'clone'; readonly from: string } | { readonly kind: 'rewind' };
  type Role = 'primary' | 'standby' | 'cascading';
  interface Server { readonly state: 'down' | 'running' | 'starting'; readonly role: Role | null }
  interface Other { readonly state: 'starting' }
  export const goal = (server: Server): Goal =>
    server.state === 'down' ? { kind: 'stop' } : { ...{ from: 'x' }, kind: 'clone' };
  export const isOld = (goal: Goal) => goal.kind === 'rewind' || ['rewind'].includes(goal.kind);
  export function server(pid: number | null, role: Role): Server {
    switch (role) {
      case 'cascading':
        return { state: 'running', role };
      default:
        return { state: pid === null ? 'down' : 'running', role: 'primary' };
    }
  }
  export const other: Other = { state: 'starting' };
  export const write = (options: { readonly as: Role; readonly mode: 'append' | 'replace' }) => options.mode === 'append';
  export const written = write({ as: 'standby', mode: 'replace' });
`;

describe('every member of a union is made by somebody', () => {
  test('a member that is only asked for, or made for another type, is found', () => {
    expect(withText(example, unmadeMembers)).toEqual([
      'Goal.kind: rewind',
      'Role: cascading',
      'Server.state: starting',
      'text.ts.mode: append',
    ]);
  });

  test('src makes each literal that its types allow', () => {
    expect(withSources('src', unmadeMembers)).toEqual([]);
  });
});
