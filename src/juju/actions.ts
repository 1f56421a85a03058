/** Commands of a running action. */
import * as z from 'zod';
import { askTool } from './ask.ts';
import { shownText } from './juju-text.ts';
import { runTool } from './tool.ts';

/** The action's parameters. */
export async function actionGet(): Promise<Record<string, unknown>> {
  return (await askTool(z.nullable(z.record(z.string(), z.unknown())), 'action-get', [])) ?? {};
}

/** Adds results; keys are lower case words joined by dashes. */
export async function actionSet(results: Readonly<Record<string, string>>): Promise<void> {
  const pairs = Object.entries(results).map(([key, value]) => `${key}=${shownText(value)}`);
  if (pairs.length > 0) await runTool('action-set', pairs);
}

/** Marks the action as failed. The program goes on, and buffered writes are kept. */
export async function actionFail(message: string): Promise<void> {
  await runTool('action-fail', ['--', shownText(message)]);
}
