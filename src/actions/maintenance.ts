/** maintenance-mode-start and maintenance-mode-stop. */
import { setBag } from '../juju/relations.ts';
import { observe } from '../observe/gather.ts';
import { noteBag, type PassContext } from '../pass/context.ts';
import { type Action, type ActionOutcome, refuse } from './action.ts';

async function setMaintenance(context: PassContext, on: boolean): Promise<ActionOutcome> {
  const { juju } = await observe(context);
  if (!juju.leader || juju.peer === null)
    return refuse('run it on the leader; juju status marks it with a star');
  const content = { maintenance: on ? 'on' : '' };
  await setBag(juju.peer.id, 'application', content);
  noteBag(context, juju.peer.id, 'application', content);
  return { results: { 'maintenance-mode': on ? 'on' : 'off' }, pass: true };
}

/** Makes every later hook end without doing anything. */
export const startMaintenance: Action = (_, context) => setMaintenance(context, true);

/** Ends that. */
export const stopMaintenance: Action = (_, context) => setMaintenance(context, false);
