export type { Board, BoardOptions } from './server/create-board.ts';
export { startBoard } from './server/create-board.ts';
export { readPageFiles } from './server/page-files.ts';
export type {
  Language,
  LessonPage,
  LessonPart,
  LessonRunner,
  Lessons,
  LessonSummary,
} from './server/lessons.ts';
export { LessonRefusedError } from './server/lessons.ts';
export type { Criterion, Fault, FaultEvidence, Finding, Moments, Sample } from './faults/fault.ts';
export { aborted, FaultRefusedError } from './faults/fault.ts';
export { Faults } from './faults/faults.ts';
export { problemsInEnglish } from './problems/en.ts';
export { problemText, type Problem } from './problems/problem.ts';
export { ProblemError } from './problems/problem-error.ts';
export type { LineFinder } from './request/one-request.ts';
export type { Attempt, LogLine, Span, Waterfall } from './request/waterfall.ts';
export type * from './scene/entities.ts';
export { keyOf } from './scene/entities.ts';
export type { Message } from './scene/messages.ts';
export { readRecording, record, RecordingError, replay } from './scene/recording.ts';
export { Scene } from './scene/scene.ts';
export type { ShopAddress } from './traffic/shop-client.ts';
export type { BoardParts } from './server/state.ts';
export { Traffic } from './traffic/traffic.ts';
