import type { Fault, LessonRunner, LineFinder, ShopAddress } from '@shop/board';
import type { Lesson } from '../../lessons/runner/lesson.ts';
import type { AllLeft } from '../support/journal.ts';

/** A shop that can be watched and broken. */
export interface Source {
  readonly address: ShopAddress;
  readonly faults: readonly Fault[];
  /** Faults would disturb one another: each waits for states that another one changes. */
  readonly oneFaultAtATime: boolean;
  readonly lines: LineFinder;
  /** Absent where there is no cluster to run lessons on. */
  readonly lessonRunner?: (lessons: ReadonlyMap<string, Lesson>) => LessonRunner;
  /** What boards that were killed have left broken. */
  left(): Promise<readonly AllLeft[]>;
  close(): Promise<void>;
}
