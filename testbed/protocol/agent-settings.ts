/** Settings that an agent is given once, as a file beside its state. */
export interface AgentSettings {
  unit: string;
  host: string;
  port: number;
  token: string;
  /** Folder with the model's unpacked charms. */
  charms: string;
  /** Silence after which a connection counts as broken. */
  agentTimeoutMs: number;
}
