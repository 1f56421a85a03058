import { networkInterfaces } from 'node:os';
import type { HookContext } from '../hook-context.ts';
import { type Command, Refusal, usage } from './command.ts';
import { limitArguments, parseFlags } from './flags.ts';
import { type Format, parseFormatted, print } from './output.ts';

const addressFlags = {
  'bind-address': 'switch',
  'ingress-address': 'switch',
  'egress-subnets': 'switch',
  'primary-address': 'switch',
  relation: 'value',
  r: { same: 'relation' },
} as const;

const networkGet: Command = async (call) => {
  const parsed = parseFormatted(call.args, addressFlags);
  const [binding] = parsed.positional;
  if (binding === undefined) throw usage('no arguments specified');
  limitArguments(parsed.positional, 1);
  if (!call.context.facts.bindings.includes(binding)) {
    throw new Refusal(1, `no network config found for binding "${binding}"`);
  }
  const { address } = call.context.snapshot.machine;
  const egress = egressSubnets(call.context);
  const wanted = Object.keys(parsed.switches);
  if (wanted.includes('primary-address')) {
    if (wanted.length > 1) throw usage('--primary-address must be the only flag specified');
    return print(call, parsed, address);
  }
  const bare: Record<string, unknown> = {
    'bind-address': address,
    'ingress-address': address,
    'egress-subnets': egress,
  };
  const [first] = wanted;
  if (first !== undefined) {
    if (wanted.length === 1) return print(call, parsed, bare[first]);
    return print(call, parsed, Object.fromEntries(wanted.map((name) => [name, bare[name]])));
  }
  const format = (parsed.values['format'] as Format | undefined) ?? 'smart';
  return print(call, parsed, wholeNetwork(call.context, egress, format !== 'json'));
};

function egressSubnets(context: HookContext): string[] {
  const configured = String(context.snapshot.model.config['egress-subnets'] ?? '');
  return configured === '' ? [`${context.snapshot.machine.address}/32`] : configured.split(/,\s*/);
}

/** The YAML form repeats some fields under their old names. */
function wholeNetwork(context: HookContext, egress: string[], oldNames: boolean): Record<string, unknown> {
  const { address, cidr } = context.snapshot.machine;
  const interfaces = Object.entries(networkInterfaces()).flatMap(([name, list]) =>
    (list ?? []).map((each) => ({ name, ...each })),
  );
  const own = interfaces.find((each) => each.address === address);
  const mac = own?.mac ?? '';
  const name = own?.name ?? '';
  return {
    'bind-addresses': [
      {
        'mac-address': mac,
        ...(oldNames ? { macaddress: mac, interfacename: name } : {}),
        'interface-name': name,
        addresses: [{ hostname: '', value: address, cidr, ...(oldNames ? { address } : {}) }],
      },
    ],
    'egress-subnets': egress,
    'ingress-addresses': [address],
  };
}

const unitGet: Command = async (call) => {
  const parsed = parseFormatted(call.args, {});
  const [key] = parsed.positional;
  if (key === undefined) throw usage('no setting specified');
  if (key !== 'private-address' && key !== 'public-address') throw usage(`unknown setting "${key}"`);
  limitArguments(parsed.positional, 1);
  return print(call, parsed, call.context.snapshot.machine.address);
};

function portCommand(open: boolean): Command {
  return async (call) => {
    const parsed = parseFlags(call.args, { endpoints: 'value', format: 'value' });
    const [text] = parsed.positional;
    if (text === undefined) throw usage('no port or range specified');
    limitArguments(parsed.positional, 1);
    const endpoints = (parsed.values['endpoints'] ?? '').split(',').filter((each) => each !== '');
    const { pending } = call.context;
    const range = parseRange(text);
    pending.ports = pending.ports.filter((each) => each.range !== range);
    pending.ports.push({ range, endpoints, open });
    return '';
  };
}

/** `5432` → `5432/tcp`; `A-B/proto`; `icmp`. */
export function parseRange(text: string): string {
  const lower = text.toLowerCase();
  if (lower === 'icmp') return lower;
  const match = /^(\d+)(?:-(\d+))?(?:\/(\w+))?$/.exec(lower);
  if (match === null)
    throw usage(`expected <port>[/<protocol>] or <from>-<to>[/<protocol>] or icmp; got "${text}"`);
  const protocol = match[3] ?? 'tcp';
  if (protocol !== 'tcp' && protocol !== 'udp') {
    throw usage(`protocol must be "tcp", "udp", or "icmp"; got "${protocol}"`);
  }
  const from = Number(match[1]);
  const to = Number(match[2] ?? from);
  if (from < 1 || to > 65_535 || from > to)
    throw usage(`port range bounds must be between 1 and 65535, got ${from}-${to}`);
  return from === to ? `${from}/${protocol}` : `${from}-${to}/${protocol}`;
}

const openedPorts: Command = async (call) => {
  const parsed = parseFormatted(call.args, { endpoints: 'switch' });
  limitArguments(parsed.positional, 0);
  const withEndpoints = parsed.switches['endpoints'] === true;
  const ports = call.context.facts.openPorts.map(({ range, endpoints }) =>
    withEndpoints ? `${range} (${endpoints.length === 0 ? '*' : endpoints.join(', ')})` : range,
  );
  return print(call, parsed, ports.sort());
};

export const networkCommands: Record<string, Command> = {
  'network-get': networkGet,
  'unit-get': unitGet,
  'open-port': portCommand(true),
  'close-port': portCommand(false),
  'opened-ports': openedPorts,
};
