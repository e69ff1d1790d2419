/** A reporter beside jest's own: lists what did not run, and shows diagnostics after a failure. */
import { connectTarget } from './connect.ts';

/** The part of jest's results that matters here. */
interface FileResult {
  readonly numFailingTests: number;
  readonly testExecError?: unknown;
  readonly testResults: readonly { readonly status: string; readonly fullName: string }[];
}

const write = (text: string): void => void process.stderr.write(`${text}\n`);

export default class E2eReporter {
  /** While the failure can still be seen on the target. */
  async onTestFileResult(test: { readonly path: string }, result: FileResult): Promise<void> {
    if (result.numFailingTests === 0 && !result.testExecError) return;
    write(`\nDiagnostics after ${test.path.replace(/.*\/tests\//, 'tests/')}:`);
    try {
      write(await (await connectTarget()).diagnostics());
    } catch (error) {
      write(`there are none: ${(error as Error).message}`);
    }
  }

  /** Comes before jest's summary, as this reporter is listed first. */
  onRunComplete(_contexts: unknown, results: { readonly testResults: readonly FileResult[] }): void {
    const skipped = results.testResults
      .flatMap(({ testResults }) => testResults)
      .filter(({ status }) => status === 'pending');
    if (skipped.length === 0) return;
    write(`\nNOT RUN (${skipped.length}): the target cannot be controlled, or a program is missing:`);
    for (const { fullName } of skipped) write(`  - ${fullName}`);
  }
}
