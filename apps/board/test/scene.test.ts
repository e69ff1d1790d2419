import { describe, expect, test } from '@jest/globals';
import { applyMessage, emptyScene, ofKind, type Message } from '../src/scene/messages.ts';
import { Scene } from '../src/scene/scene.ts';
import { breaker, service, target, unit } from './support/entities.ts';

const now = () => 1_000;

function watched(): { scene: Scene; messages: Message[] } {
  const scene = new Scene(now);
  scene.put(unit());
  scene.put(target);
  const messages: Message[] = [];
  scene.subscribe((message) => void messages.push(message));
  return { scene, messages };
}

describe('a scene', () => {
  test('is sent whole at first, and then by its changes', () => {
    const { scene, messages } = watched();
    scene.put(unit({ state: 'stopped' }));
    scene.put(service());
    scene.drop('service/user');
    scene.flush();
    expect(messages.map(({ type }) => type)).toEqual(['scene', 'change']);
    const state = messages.reduce(applyMessage, emptyScene);
    expect(ofKind(state, 'unit')).toEqual([unit({ state: 'stopped' })]);
    expect(ofKind(state, 'service')).toEqual([]);
  });

  test('says nothing when nothing has changed', () => {
    const { scene, messages } = watched();
    scene.put(unit());
    scene.flush();
    expect(messages).toHaveLength(1);
  });

  test('gathers many changes into one message', () => {
    const { scene, messages } = watched();
    for (let i = 0; i < 300; i += 1) scene.put(unit({ id: `pod-${i}`, name: `pod-${i}` }));
    scene.flush();
    expect(messages).toHaveLength(2);
  });

  test('keeps ten minutes and no more', () => {
    const { scene } = watched();
    for (let at = 0; at < 700; at += 1) scene.addSecond({ at, live: 1, fallback: 0, failed: 0 });
    let seconds = 0;
    scene.subscribe((message) => {
      if (message.type === 'scene') seconds = message.seconds.length;
    });
    expect(seconds).toBe(600);
  });

  test('replaces all of a kind', () => {
    const { scene } = watched();
    scene.replace('unit', [unit({ id: 'b', name: 'b' })]);
    expect(scene.all('unit').map(({ id }) => id)).toEqual(['b']);
  });
});

const eventsOf = (...changes: (() => Parameters<Scene['put']>[0])[]): string[] => {
  const { scene, messages } = watched();
  for (const change of changes) {
    scene.put(change());
    scene.flush();
  }
  return messages.flatMap((message) =>
    message.type === 'change' ? message.events.map(({ type, subject }) => `${type} ${subject}`) : [],
  );
};

const member = (role: 'primary' | 'secondary') => unit({ id: 'mongo-1', name: 'mongo-1', role });

describe('events', () => {
  test('the first sight of a scene is none', () => {
    const { messages } = watched();
    expect(messages[0]).toMatchObject({ type: 'scene', events: [] });
  });

  test('a unit stops once, and is ready once', () => {
    const states = ['stopping', 'stopped', 'starting', 'ready'] as const;
    expect(eventsOf(...states.map((state) => () => unit({ state })))).toEqual([
      'unit-stopping user',
      'unit-ready user',
    ]);
  });

  test('a crash is one event', () => {
    const crashed = unit({ state: 'waiting', restarts: 1 });
    expect(
      eventsOf(
        () => crashed,
        () => unit({ restarts: 1 }),
      ),
    ).toEqual(['unit-restarted user', 'unit-ready user']);
  });

  test('a breaker whose trial fails is as open as before', () => {
    const states = ['closed', 'open', 'half-open', 'open', 'half-open', 'closed'] as const;
    expect(eventsOf(...states.map((state) => () => breaker({ state })))).toEqual([
      'breaker-open product → user',
      'breaker-closed product → user',
    ]);
  });

  test('an election names the new primary', () => {
    expect(
      eventsOf(
        () => member('secondary'),
        () => member('primary'),
      ),
    ).toEqual(['unit-created mongo-1', 'primary mongo-1']);
  });
});
