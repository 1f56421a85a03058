import { afterAll, expect, test } from 'vitest';
import { type SmallModel, smallModel } from './small-model.ts';

const models: SmallModel[] = [];
afterAll(async () => {
  for (const model of models) await model.end();
});

test('models of one name in different folders live side by side', async () => {
  models.push(await smallModel('3.6'));
  models.push(await smallModel('3.6'));
  const pids = await Promise.all(
    models.map(async ({ admin }) => (await admin.call('model.info', {})).controllerPid),
  );
  expect(new Set(pids).size).toBe(2);
});
