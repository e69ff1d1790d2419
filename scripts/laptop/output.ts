import pinoPretty from 'pino-pretty';
import type { ProgramOutput } from './program.ts';

interface Writer {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface Output extends ProgramOutput {
  /** Shows everything from now on; before that a terminal shows warnings and errors only. */
  open(): void;
}

/**
 * Records go to standard output, messages for people to standard error, each line with one write, so that lines of
 * several programs do not mix. On a terminal records are made readable, elsewhere they are passed on unchanged.
 */
export function createOutput(stdout: Writer, stderr: Writer): Output {
  let isOpen = false;
  const readable = stdout.isTTY ? createReadable() : undefined;
  const show = (program: string, line: string) => (readable ? readable(program, line, isOpen) : `${line}\n`);
  const remark = (program: string, line: string) => void stderr.write(`${program}: ${line}\n`);
  return {
    remark,
    record(program, line) {
      if (!line.startsWith('{')) return remark(program, line);
      const text = show(program, line);
      if (text !== '') stdout.write(text);
    },
    open: () => (isOpen = true),
  };
}

interface LogRecord {
  readonly level?: string;
  readonly msg?: string;
  readonly method?: string;
  readonly path?: string;
  readonly status?: number;
  readonly durationMs?: number;
}

/**
 * One line for each record: time, level, program, message, then the other fields; for a request, what a person looks
 * for.
 */
function createReadable(): (program: string, line: string, all: boolean) => string {
  const common = {
    colorize: true,
    singleLine: true,
    translateTime: 'SYS:HH:MM:ss.l',
  };
  const always = 'pid,hostname,app,traceId,spanId';
  const pretty = pinoPretty.prettyFactory({ ...common, ignore: always });
  const prettyRequest = pinoPretty.prettyFactory({
    ...common,
    ignore: `${always},requestId,method,path,route,status,durationMs`,
  });
  return (program, line, all) => {
    const record = parse(line);
    if (record === undefined) return `${line}\n`;
    if (!all && (record.level === 'info' || record.level === 'debug' || record.level === 'trace')) return '';
    const { msg = '', method, path, status, durationMs } = record;
    const isRequest = msg === 'request' && method !== undefined && path !== undefined;
    const text = isRequest ? `${method} ${path} ${status ?? '-'} ${durationMs ?? '-'} ms` : msg;
    return (isRequest ? prettyRequest : pretty)({ ...record, msg: `${program.padEnd(18)} ${text}` });
  };
}

function parse(line: string): LogRecord | undefined {
  try {
    return JSON.parse(line) as LogRecord;
  } catch {
    return undefined;
  }
}
