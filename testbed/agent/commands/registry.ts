import type { JujuMode } from '../../protocol/admin.ts';
import { actionCommands } from './actions.ts';
import type { Command } from './command.ts';
import { configCommands, leaderSettingsCommands } from './config.ts';
import { networkCommands } from './network.ts';
import { relationCommands } from './relations.ts';
import { secretCommands } from './secrets.ts';
import { stateCommands } from './state.ts';
import { statusCommands } from './status.ts';
import { storageCommands } from './storage.ts';

/** The hook commands a unit has under that version of Juju, by name. */
export function commandsOf(juju: JujuMode): Record<string, Command> {
  const all: Record<string, Command> = {
    ...relationCommands,
    ...configCommands,
    ...(juju === '4.0' ? {} : leaderSettingsCommands),
    ...networkCommands,
    ...statusCommands,
    ...actionCommands,
    ...storageCommands,
    ...stateCommands,
    ...(juju === '2.9' ? {} : secretCommands),
  };
  if (juju === '2.9') delete all['relation-model-get'];
  return all;
}
