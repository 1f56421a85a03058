import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { attachModel } from '../../../testbed/api/index.ts';
import { charm, inEachMode } from './stage.ts';

// The command line, typed as an operator would, against models of its own.

const juju = fileURLToPath(new URL('../../../testbed/bin/juju', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'operator-'));

interface Said {
  exitCode: number;
  stdout: string;
  stderr: string;
}

function type(model: string, ...words: string[]): Promise<Said> {
  const env = { ...process.env, XDG_DATA_HOME: home, JUJU_MODEL: model };
  return new Promise((done) => {
    execFile(juju, words, { env, cwd: home, timeout: 120_000 }, (error, stdout, stderr) => {
      done({ exitCode: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
  });
}

afterAll(() => rmSync(home, { recursive: true, force: true }));

inEachMode((mode) => {
  const model = `cli-${mode.replace('.', '')}-p${process.pid}`;
  const say = async (...words: string[]): Promise<string> => {
    const said = await type(model, ...words);
    if (said.exitCode !== 0)
      throw new Error(`juju ${words.join(' ')}: exit ${said.exitCode}\n${said.stderr}`);
    return said.stdout;
  };

  beforeAll(async () => {
    await say('add-model', model, '--juju', mode, '--config', 'update-status-hook-interval=24h');
    await say(
      'deploy',
      await charm({ juju: mode } as never, 'server'),
      'pg',
      '--config',
      'port=6000',
      '--base',
      'ubuntu@22.04',
    );
    await say('deploy', await charm({ juju: mode } as never, 'client'), '--to', '0');
    await say('integrate', 'pg:db', 'client');
    if (mode !== '4.0')
      await say('wait-for', 'unit', 'client/0', '--query', 'agent-status=="idle"', '--timeout', '2m');
    const attached = await attachModel(model);
    await attached.waitSettled();
    attached.client.close();
  });
  afterAll(async () => {
    await type(model, 'destroy-model', '-y', model);
  });

  test('status: the table, one application, json, yaml, short', async () => {
    await say(
      ...(mode === '2.9' ? ['run', '--unit', 'pg/0', '--'] : ['exec', '--unit', 'pg/0', '--']),
      'status-set active "all well"; open-port 5432; application-version-set 15.9',
    );
    const table = await say('status', '--relations');
    const line = (pattern: RegExp) => expect(table).toMatch(pattern);
    line(/^Model +Controller +Cloud\/Region +Version +(SLA +)?Timestamp$/m);
    line(/^App +Version +Status +Scale +Charm +Channel +Rev +Exposed +Message$/m);
    line(/^pg +15\.9 +active +1 +server +0 +no +all well$/m);
    line(/^pg\/0\* +active +idle +0 +10\.[\d.]+ +5432\/tcp +all well$/m);
    line(/^Machine +State +Address +Inst id +(Base|Series) +AZ +Message$/m);
    line(mode === '2.9' ? /^Relation provider +Requirer/m : /^Integration provider +Requirer/m);
    line(/^pg:db +client:db +recorder-db +regular$/m);
    expect(await say('status', 'client')).not.toMatch(/^pg/m);
    const document = JSON.parse(await say('status', '--format', 'json'));
    expect(document.applications.pg.units['pg/0']['workload-status']).toMatchObject({
      current: 'active',
      message: 'all well',
    });
    expect(document.applications.pg.units['pg/0'].leader).toBe(true);
    expect(await say('status', '--format=yaml')).toMatch(/^ {2}pg:$/m);
    expect(await say('status', '--format=short')).toMatch(
      /^- pg\/0: 10\.[\d.]+ \(agent:idle, workload:active\) 5432\/tcp$/m,
    );
  });

  test('config: all, one, set, from a file, reset', async () => {
    expect(await say('config', 'pg', 'port')).toBe('6000\n');
    expect(await say('config', 'pg')).toMatch(/^ {2}port:\n {4}default: 5432\n/m);
    await say('config', 'pg', 'port=6001', 'verbose=true');
    expect(await say('config', 'pg', 'verbose')).toBe('true\n');
    writeFileSync(join(home, 'options.yaml'), 'pg:\n  port: 6002\n');
    await say('config', 'pg', '--file', 'options.yaml');
    expect(await say('config', 'pg', 'port')).toBe('6002\n');
    await say('config', 'pg', '--reset', 'port');
    expect(await say('config', 'pg', 'port')).toBe('5432\n');
    const wrong = await type(model, 'config', 'pg', 'colour=red');
    expect(wrong).toMatchObject({ exitCode: 1, stdout: '' });
    expect(wrong.stderr).toMatch(/^ERROR .*colour/);
  });

  test('actions', async () => {
    if (mode === '2.9') {
      expect(await say('run-action', '--wait', 'pg/0', 'echo', 'text=hi')).toMatch(
        /^unit-pg-0:\n {2}UnitId: pg\/0\n[^]*text: hi\n[^]*status: completed/,
      );
      expect(await say('run-action', 'pg/0', 'echo')).toMatch(/^Action queued with id: "\d+"\n$/);
    } else {
      const run = await type(model, 'run', 'pg/0', 'echo', 'text=hi', '--wait', '1m');
      expect(run.stderr).toMatch(
        /^Running operation \d+ with 1 task\n {2}- task \d+ on unit-pg-0\n\nWaiting for task \d+\.\.\.\n[\d:]+ about to answer\n$/,
      );
      expect(run.stdout).toMatch(/^text: hi$/m);
      expect(run.stdout).not.toContain('return-code');
      const failing = await type(model, 'run', 'pg/leader', 'do', 'script=exit 4');
      expect(failing).toMatchObject({ exitCode: 1 });
      expect(failing.stderr).toMatch(
        /ERROR the following task failed:\n - id "\d+" with return code 4\n\nuse 'juju show-task' to inspect the failure\n$/,
      );
      const json = JSON.parse(await say('run', 'pg/0', 'echo', '--format', 'json'));
      expect(json['pg/0']).toMatchObject({ status: 'completed', results: { text: 'hello' } });
      const later = await type(model, 'run', 'pg/0', 'echo', '--background');
      const id = /show-task (\d+)/.exec(later.stderr)?.[1] ?? '';
      expect(await say('show-task', id, '--wait', '30s')).toMatch(/^status: completed$/m);
    }
    expect(await say('actions', 'pg')).toMatch(/^echo +Gives back its parameters\.$/m);
  });

  test('exec, ssh, scp', async () => {
    const exec = mode === '2.9' ? 'run' : 'exec';
    expect(await say(exec, '--unit', 'pg/0', '--', 'echo $JUJU_UNIT_NAME')).toBe('pg/0\n');
    expect(await say(exec, '--application', 'pg,client', '--', 'echo x')).toMatch(/client\/0/);
    expect(await say('ssh', 'pg/0', 'echo', '-n', 'over there; id -un')).toBe('over thereroot\n');
    expect(await type(model, 'ssh', 'pg/0', 'exit 3')).toMatchObject({ exitCode: 3 });
    writeFileSync(join(home, 'note.txt'), 'a note');
    await say('scp', 'note.txt', 'pg/0:/tmp/note.txt');
    expect(await say('ssh', 'pg/leader', 'cat /tmp/note.txt')).toBe('a note');
  });

  test('debug-log, show-unit, show-status-log, storage, models', async () => {
    expect(await say('debug-log', '--replay', '--no-tail', '--include', 'pg/0')).toMatch(
      /^unit-pg-0: \d\d:\d\d:\d\d INFO unit\.pg\/0\.juju-log event install$/m,
    );
    expect(
      (await say('debug-log', '--no-tail', '-n', '3', '--level', 'DEBUG')).trim().split('\n'),
    ).toHaveLength(3);
    expect(await say('show-unit', 'pg/0')).toMatch(/related-units:\n +client\/0:\n +in-scope: true\n/);
    expect(await say('show-status-log', 'pg/0')).toMatch(/ workload +active +all well$/m);
    expect(await say('storage')).toMatch(/^pg\/0 +pgdata\/0 +filesystem/m);
    expect(await say('models')).toMatch(new RegExp(`^${model}\\*`, 'm'));
    expect(await say('version')).toMatch(new RegExp(`^${mode}\\.`));
  });

  test('errors say what to do, on standard error', async () => {
    for (const [words, text] of [
      [['remove-unit', 'pg/99'], /pg\/99/],
      [['deploy', './nothing'], /no such file or folder/],
      [['deploy', 'nothing'], /nothing_\w+\.charm.*JUJU_TESTBED_CHARMS/],
      [['integrate', 'pg', 'nobody'], /nobody/],
      [['offer', 'pg:nothing'], /nothing/],
      [['status', '-m', 'nowhere'], /model "nowhere" not found/],
    ] as const) {
      const said = await type(model, ...words);
      expect(said).toMatchObject({ exitCode: 1, stdout: '' });
      expect(said.stderr).toMatch(/^ERROR /);
      expect(said.stderr).toMatch(text);
    }
    expect((await type(model, 'frobnicate')).exitCode).toBe(2);
    if (mode !== '2.9') {
      expect((await type(model, 'run-action', 'pg/0', 'echo')).stderr).toMatch(/use 'juju run pg\/0 echo'/);
    }
  });

  test('scaling and removal by hand', async () => {
    await say('remove-relation', 'pg:db', 'client');
    await say('testbed', 'kill-agent', 'pg/0');
    await say('remove-application', 'client', '--no-prompt');
    await say('remove-unit', 'pg/0', '--no-prompt', '--force');
    if (mode === '4.0') return;
    await say('wait-for', 'application', 'pg', '--query', 'units==0', '--timeout', '1m');
  });
});
