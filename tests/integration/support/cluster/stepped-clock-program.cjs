/** Loaded into a Node process before its program: `Date` is as many milliseconds away from the machine's clock as a file says. */
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const RealDate = Date;
const now = () => RealDate.now() + Number(readFileSync(join(__dirname, 'step-ms'), 'utf8'));

globalThis.Date = class extends RealDate {
  constructor(...args) {
    super(...(args.length === 0 ? [now()] : args));
  }

  static now() {
    return now();
  }
};
