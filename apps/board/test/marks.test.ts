import { describe, expect, test } from '@jest/globals';
import type { EventType, SceneEvent } from '../src/scene/entities.ts';
import { marksOf, type Mark } from '../page/src/marks.ts';

/** A minute and a half on 740 pixels, as the page has them when it is 1280 pixels wide. */
const msPerPx = 90_000 / 740;
const event = (at: number, type: EventType = 'unit-restarted', subject = `pod-${at}`): SceneEvent => ({
  at,
  type,
  subject,
});
const middle = (marks: readonly Mark[]) =>
  marks.filter((mark) => mark.event.at >= 40_000 && mark.event.at < 70_000);
const lines = (marks: readonly Mark[]) => marks.filter(({ size }) => size === 'line');

/** Those of 300 pods at 20 changes a second. */
const storm = Array.from({ length: 450 }, (_, index) => event(index * 200));

describe('the marks of the charts', () => {
  test('are one line for each of the few events of a fault', () => {
    const events = [
      event(0, 'fault-started'),
      event(4_000, 'breaker-open'),
      event(30_000, 'fault-ended'),
      event(34_000, 'breaker-closed'),
    ];
    expect(marksOf(events, msPerPx)).toEqual(events.map((one) => ({ event: one, others: 0, size: 'line' })));
  });

  test('that are nearer than a person can tell apart are one, of the most important event', () => {
    const [created, stopping, gone] = [
      event(20, 'unit-created'),
      event(120, 'unit-stopping'),
      event(300, 'unit-gone'),
    ];
    expect(marksOf([created, stopping, gone], msPerPx)).toEqual([
      { event: stopping, others: 2, size: 'line' },
    ]);
  });

  test('leave the chart to be seen in a storm', () => {
    const marks = marksOf(storm, msPerPx);
    expect(lines(marks).length).toBeLessThanOrEqual(6);
    // One each six pixels at most.
    expect(marks.length).toBeLessThanOrEqual(740 / 6 + 1);
    expect(marks.reduce((sum, { others }) => sum + 1 + others, 0)).toBe(storm.length);
  });

  test('show what was done, and what came of it, in a storm too', () => {
    const fault = event(41_000, 'fault-started');
    const breaker = event(43_000, 'breaker-open');
    const all = [...storm, fault, breaker].sort((a, b) => a.at - b.at);
    const shown = lines(marksOf(all, msPerPx)).map((mark) => mark.event);
    expect(shown).toEqual(expect.arrayContaining([fault, breaker]));
  });

  test('stay as they are while the chart moves', () => {
    const later = storm.slice(25).concat(event(90_100), event(90_300));
    expect(middle(marksOf(later, msPerPx))).toEqual(middle(marksOf(storm, msPerPx)));
  });
});
