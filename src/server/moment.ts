/**
 * A moment of this machine: seconds of the clock that nobody sets and that goes on while the machine sleeps. Moments of different boots
 * cannot be compared.
 */
export interface Moment {
  readonly boot: string;
  readonly seconds: number;
}
