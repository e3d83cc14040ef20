import { expect, test } from 'vitest';
import type { DockStep, RoomEvent } from '../api/room.ts';
import { type Docking, stagesOf, withEvent } from './use-docking.ts';

const event = (step: DockStep, atMs: number): RoomEvent => ({
  kind: 'dock',
  deviceId: 'd',
  learner: 'Sam',
  step,
  atMs,
});
const after = (...steps: DockStep[]): Docking => {
  const [docking] = steps.reduce<Docking[]>((known, step, index) => withEvent(known, event(step, index)), []);
  if (!docking) throw new Error('no device is docking');
  return docking;
};
const states = (...steps: DockStep[]) => stagesOf(after(...steps)).map(({ stage, state }) => `${stage} ${state}`);

test('shows what a device has been through', () => {
  expect(states('hello', 'up')).toEqual(['hello done', 'up current', 'down todo', 'licence todo', 'done todo']);
});

test('all is done when the laptop says so', () => {
  expect(states('hello', 'up', 'down', 'licence', 'done').every((one) => one.endsWith('done'))).toBe(true);
});

test('a refused parcel stays marked, and a new hello starts afresh', () => {
  expect(states('hello', 'refused', 'down')).toContain('up failed');
  expect(states('hello', 'refused', 'hello', 'up')).not.toContain('up failed');
});
