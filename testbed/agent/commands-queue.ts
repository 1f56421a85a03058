/** One juju-exec call, from the machine's own processes. */
export interface CommandRequest {
  script: string;
  /** As given with -r; undefined when not given. */
  relation: string | undefined;
  remoteUnit: string | undefined;
  remoteApp: string | undefined;
  force: boolean;
  answer(exitCode: number, stdout: Buffer | string, stderr: Buffer | string): void;
}
