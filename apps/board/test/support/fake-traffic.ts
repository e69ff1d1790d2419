import type { Sample } from '../../src/faults/fault.ts';
import type { Samples } from '../../src/faults/faults.ts';

/** Traffic that a test controls. */
export class FakeTraffic implements Samples {
  readonly samples: Sample[] = [];
  kept = false;

  /** Requests that end now. */
  send(outcome: Sample['outcome'], count = 1, at = Date.now()): void {
    for (let one = 0; one < count; one += 1) this.samples.push({ at, latencyMs: 5, outcome });
  }
  since(at: number): Sample[] {
    return this.samples.filter((sample) => sample.at >= at);
  }
  keep(all: boolean): void {
    this.kept = all;
  }
}
