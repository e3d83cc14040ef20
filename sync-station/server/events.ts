import { EventEmitter } from 'node:events';

/** What a docking device is doing, for the computer room's screen. */
export interface DockEvent {
  readonly kind: 'dock';
  readonly deviceId: string;
  readonly step: 'enrolment' | 'hello' | 'up' | 'refused' | 'down' | 'licence' | 'presence' | 'modules' | 'done';
  readonly done?: number;
  readonly total?: number;
  /** A code or an opaque id; never names or learner text. */
  readonly detail?: string;
  readonly atMs: number;
}

/** Everything the station tells its own screens. */
export type StationEvent = DockEvent;

/** The station's bus: one process, nothing kept. */
export interface StationEvents {
  emit(event: StationEvent): void;
  /** Returns the function that stops the listener. */
  subscribe(listener: (event: StationEvent) => void): () => void;
}

/** Makes an empty bus. */
export function createEvents(): StationEvents {
  const emitter = new EventEmitter();
  // Every open desk screen listens.
  emitter.setMaxListeners(0);
  return {
    emit: (event) => {
      emitter.emit('event', event);
    },
    subscribe: (listener) => {
      emitter.on('event', listener);
      return () => emitter.off('event', listener);
    },
  };
}
