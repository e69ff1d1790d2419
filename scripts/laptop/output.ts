import pinoPretty from 'pino-pretty';
import type { ProgramOutput } from './program.ts';

interface Writer {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/**
 * Records go to standard output and everything meant for people to standard error, each with one write a line, so that
 * lines of several programs never mix. On a terminal records are made readable, elsewhere they pass as they are.
 */
export function createOutput(stdout: Writer, stderr: Writer): ProgramOutput {
  const show = stdout.isTTY ? readable() : (_program: string, line: string) => `${line}\n`;
  const remark = (program: string, line: string) => void stderr.write(`${program}: ${line}\n`);
  return {
    remark,
    record: (program, line) =>
      line.startsWith('{') ? void stdout.write(show(program, line)) : remark(program, line),
  };
}

/** One line a record: time, level, program, message, then the other fields. */
function readable(): (program: string, line: string) => string {
  const pretty = pinoPretty.prettyFactory({
    colorize: true,
    singleLine: true,
    translateTime: 'SYS:HH:MM:ss.l',
    ignore: 'pid,hostname,app,traceId,spanId',
  });
  return (program, line) => {
    const record = parse(line);
    return record === undefined
      ? `${line}\n`
      : pretty({ ...record, msg: `${program.padEnd(18)} ${record.msg ?? ''}` });
  };
}

function parse(line: string): { msg?: string } | undefined {
  try {
    return JSON.parse(line) as { msg?: string };
  } catch {
    return undefined;
  }
}
