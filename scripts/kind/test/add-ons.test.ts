import { describe, expect, test } from '@jest/globals';
import { profileWith, readAddOns } from '../add-ons.ts';

describe('the add-ons', () => {
  test.each<[string[], string[]]>([
    [[], []],
    [['monitoring'], ['monitoring']],
    [['autoscaling, monitoring'], ['monitoring', 'autoscaling']],
    [
      ['autoscaling', 'monitoring', 'monitoring'],
      ['monitoring', 'autoscaling'],
    ],
  ])('of --with %j are %j', (values, expected) => {
    expect(readAddOns(values)).toEqual(expected);
  });

  test.each([['grafana'], ['monitoring,grafana'], ['']])(
    '--with %j is refused, and says what there is',
    (value) => {
      expect(() => readAddOns([value])).toThrow(
        /There is no add-on ".*": --with takes monitoring, autoscaling/,
      );
    },
  );

  test('an autoscaler changes what is deployed, monitoring does not', () => {
    expect(profileWith('e2e', ['monitoring', 'autoscaling'])).toBe('e2e-autoscaling');
    expect(profileWith('prod', ['autoscaling'])).toBe('prod-autoscaling');
    expect(profileWith('prod', ['monitoring'])).toBe('prod');
    expect(profileWith('dev', ['monitoring'])).toBe('dev');
  });

  test('there is no autoscaler in dev', () => {
    expect(() => profileWith('dev', ['autoscaling'])).toThrow(/needs e2e or prod/);
  });
});
