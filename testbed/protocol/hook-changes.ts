/** All that a hook wants changed, sent in one piece at its successful end. */
import type { BagContent, HookInfo } from './unit-snapshot.ts';

export interface PortChange {
  /** `5432/tcp`, `9000-9010/udp`, `icmp`. */
  range: string;
  endpoints: string[];
  open: boolean;
}

export interface SecretChange {
  uri: string;
  /** null: content stays. */
  content: BagContent | null;
  owner: 'application' | 'unit' | null;
  label: string | null;
  description: string | null;
  /** Model time in ms, null unchanged. */
  expiresAtMs: number | null;
  rotate: string | null;
}

/** All a hook wants changed; values null delete a key. */
export interface CommitRequest {
  hook: HookInfo | null;
  relations: {
    relationId: number;
    unit: Record<string, string | null>;
    app: Record<string, string | null>;
  }[];
  ports: PortChange[];
  state: Record<string, string | null>;
  storageAdds: { name: string; count: number }[];
  secretCreates: SecretChange[];
  secretUpdates: SecretChange[];
  secretRemoves: { uri: string; revision: number | null }[];
  secretGrants: { uri: string; relationId: number; unit: string | null }[];
  secretRevokes: { uri: string; relationId: number | null; app: string | null; unit: string | null }[];
}

export interface CommitResult {
  /** New versions of bags this unit wrote itself: relation id → app bag version. */
  appVersions: Record<string, number>;
}
