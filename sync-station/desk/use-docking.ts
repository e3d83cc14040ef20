import { useEffect, useState } from 'preact/hooks';
import { type DockStep, type RoomEvent, roomEvent } from '../api/room.ts';
import { stationNow } from './desk-state.ts';

/** What the room sees of a sync, in its order. */
export type DockStage = 'hello' | 'up' | 'down' | 'licence' | 'done';

/** A device that is docking, and what it has been through. */
export interface Docking {
  readonly last: RoomEvent;
  readonly seen: ReadonlySet<DockStep>;
}

const stages: readonly DockStage[] = ['hello', 'up', 'down', 'licence', 'done'];
const stageOfStep: Record<DockStep, DockStage> = {
  enrolment: 'hello',
  hello: 'hello',
  presence: 'hello',
  up: 'up',
  refused: 'up',
  down: 'down',
  licence: 'licence',
  modules: 'licence',
  done: 'done',
};

// A device that has said nothing for this long has left.
const gonePeriodMs = 90_000;

/** How far each stage of a docking device is. */
export function stagesOf(docking: Docking): { stage: DockStage; state: 'done' | 'current' | 'todo' | 'failed' }[] {
  const current = stages.indexOf(stageOfStep[docking.last.step]);
  return stages.map((stage, index) => {
    if (stage === 'up' && docking.seen.has('refused')) return { stage, state: 'failed' };
    if (docking.seen.has('done') || index < current) return { stage, state: 'done' };
    return { stage, state: index === current ? 'current' : 'todo' };
  });
}

/** Adds an event to what is known. A new hello starts the device's story again. */
export function withEvent(known: readonly Docking[], event: RoomEvent): Docking[] {
  const old = known.find((one) => one.last.deviceId === event.deviceId);
  const before = event.step === 'hello' || !old ? [] : [...old.seen];
  const rest = known.filter((one) => one !== old && event.atMs - one.last.atMs < gonePeriodMs);
  return [{ last: event, seen: new Set([...before, event.step]) }, ...rest];
}

/** Listens to the station: the devices that are docking now, the newest first. `onDone` runs after each sync. */
export function useDocking(onDone: () => void): readonly Docking[] {
  const [docking, setDocking] = useState<readonly Docking[]>([]);
  useEffect(() => {
    const source = new EventSource('/desk/api/room/events');
    source.onmessage = (message) => {
      const event = roomEvent.safeParse(JSON.parse(String(message.data))).data;
      if (!event) return;
      setDocking((known) => withEvent(known, event));
      if (event.step === 'licence' || event.step === 'done') onDone();
    };
    const sweep = setInterval(() => {
      setDocking((known) => known.filter((one) => stationNow() - one.last.atMs < gonePeriodMs));
    }, 10_000);
    return () => {
      clearInterval(sweep);
      source.close();
    };
    // The stream lives as long as the page; `onDone` only asks the list again.
  }, []);
  return docking;
}
