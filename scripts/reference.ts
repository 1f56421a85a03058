/** Makes docs/reference/options.md and actions.md from config.yaml and actions.yaml. A test holds them equal. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '..');
const note = '<!-- Made by `node scripts/reference.ts`; edit the yaml file instead. -->';

interface Option {
  type: string;
  default?: unknown;
  description: string;
}

interface Action {
  description: string;
  params?: Record<string, { type?: string; default?: unknown; description?: string; enum?: unknown[] }>;
  required?: string[];
}

const read = <T>(name: string) => parse(readFileSync(join(root, name), 'utf8')) as T;
const oneParagraph = (text: string | undefined) =>
  (text ?? '')
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll('|', '\\|');

function valueText(value: unknown): string {
  if (value === undefined || value === '') return 'unset';
  const text = String(value);
  return text.includes('\n') ? 'see config.yaml' : `\`${text}\``;
}

/** The page about options. */
export function optionsPage(): string {
  const { options } = read<{ options: Record<string, Option> }>('config.yaml');
  const rows = Object.entries(options).map(
    ([name, { type, default: value, description }]) =>
      `| \`${name}\` | ${type} | ${valueText(value)} | ${oneParagraph(description)} |`,
  );
  return [
    '# Options',
    '',
    note,
    '',
    '| option | type | default | what it does |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

/** The page about actions. */
export function actionsPage(): string {
  const sections = Object.entries(read<Record<string, Action>>('actions.yaml')).flatMap(([name, action]) => {
    const params = Object.entries(action.params ?? {}).map(
      ([param, { type, default: value, description }]) => {
        const must = action.required?.includes(param) === true ? 'required' : `default ${valueText(value)}`;
        return `- \`${param}\` (${type ?? 'any'}, ${must}): ${oneParagraph(description)}`;
      },
    );
    return [
      `## ${name}`,
      '',
      oneParagraph(action.description),
      ...(params.length > 0 ? ['', ...params] : []),
      '',
    ];
  });
  return ['# Actions', '', note, '', ...sections].join('\n');
}

export const pages: Readonly<Record<string, () => string>> = {
  'docs/reference/options.md': optionsPage,
  'docs/reference/actions.md': actionsPage,
};

if (import.meta.main)
  for (const [path, page] of Object.entries(pages)) writeFileSync(join(root, path), page());
