/** A request that cannot be carried out; shown as `ERROR <text>`. Usage errors exit 2, others 1. */
export class Refusal extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode = 1) {
    super(message);
    this.name = 'Refusal';
    this.exitCode = exitCode;
  }
}

/** Throws a {@link Refusal} for wrong arguments (exit code 2). */
export function usageError(message: string): never {
  throw new Refusal(message, 2);
}

/** Throws a {@link Refusal} (exit code 1). The message names the cause and the way out. */
export function refuse(message: string): never {
  throw new Refusal(message);
}
