import { statusTable } from '../cli/status-table.ts';
import { unitsOf } from '../cli/units.ts';
import { logText } from '../cli/verbs/debug-log.ts';
import type { AdminClient, JujuMode } from '../protocol/admin.ts';

const logLines = 40;
const statusChanges = 5;

/**
 * Everything that helps to see why a wait failed: the status table, each unit's last statuses, the end of
 * the log.
 */
export async function diagnosis(client: AdminClient, juju: JujuMode): Promise<string> {
  const status = await client.call('status', {});
  const { waitingFor } = await client.call('settled', {});
  const parts = [statusTable(status, { juju, relations: true, storage: true })];
  if (waitingFor.length > 0) parts.push(`Not settled:\n${waitingFor.map((each) => `  ${each}`).join('\n')}`);
  for (const { name } of unitsOf(status)) {
    const { entries } = await client.call('statusLog', { unit: name });
    const last = entries
      .slice(-statusChanges)
      .map((each) => `  ${each.at} ${each.kind} ${each.status} ${each.message}`);
    parts.push(`${name}:\n${last.join('\n')}`);
  }
  const { lines } = await client.call('log', { lines: logLines });
  parts.push(`Log:\n${lines.map((line) => `  ${logText(line)}`).join('\n')}`);
  return parts.join('\n');
}
