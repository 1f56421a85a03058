import { ensureController, listModels } from '../controller/launch.ts';
import type { AdminClient, JujuMode, ModelInfo } from '../protocol/admin.ts';
import { currentModel, preferredJuju } from './preferences.ts';
import { refuse } from './refusal.ts';

export interface Session {
  client: AdminClient;
  model: ModelInfo;
}

/** Options `-m` and those of commands that may make a model. */
export interface ModelOptions {
  model?: string;
  juju?: string;
}

/**
 * Runs `work` with the chosen model, which must exist, and hangs up afterwards.
 * Throws a Refusal when there is no such model.
 */
export async function withModel(
  options: ModelOptions,
  work: (session: Session) => Promise<unknown>,
): Promise<void> {
  const name = currentModel(options.model);
  if (!listModels().includes(name)) {
    refuse(`model "${name}" not found: make it with 'juju add-model ${name}', or see 'juju models'`);
  }
  await withClient(name, async (client) => work({ client, model: await client.call('model.info', {}) }));
}

/** As {@link withModel}, but makes the model when it does not exist. */
export async function withNewModel(
  options: ModelOptions,
  work: (session: Session) => Promise<unknown>,
): Promise<void> {
  const name = currentModel(options.model);
  if (listModels().includes(name)) return withModel(options, work);
  const juju = preferredJuju(options.juju);
  await withClient(name, async (client) => {
    const model = await createModel(client, name, juju, {});
    return work({ client, model });
  });
}

/** Makes a model; the name must be free. */
export async function createModel(
  client: AdminClient,
  name: string,
  juju: JujuMode,
  config: Record<string, string>,
): Promise<ModelInfo> {
  const model = await client.call('model.create', { juju, config });
  console.error(`Added '${name}' model on localhost/localhost, Juju ${model.version}`);
  return model;
}

/** A conversation with the controller of `name`, which is started when it does not run. */
export async function withClient<T>(name: string, work: (client: AdminClient) => Promise<T>): Promise<T> {
  const client = await ensureController(name);
  try {
    return await work(client);
  } finally {
    client.close();
  }
}
