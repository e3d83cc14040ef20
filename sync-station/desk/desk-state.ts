import { signal } from '@preact/signals';
import { type Session, session as sessionSchema } from '../api/session.ts';
import { anything, ask, CallError, tell } from './call.ts';

/** Who is signed in; `undefined` until the station has said. */
export const currentSession = signal<Session | null | undefined>(undefined);

/** The session ended while somebody was working. */
export const sessionEnded = signal(false);

/** The station's clock minus this computer's. */
export const clockOffsetMs = signal(0);

/** Now, by the station's clock. */
export function stationNow(): number {
  return Date.now() + clockOffsetMs.value;
}

function take(session: Session): void {
  clockOffsetMs.value = session.nowMs - Date.now();
  currentSession.value = session;
  sessionEnded.value = false;
}

/** Asks the station who is signed in. */
export async function loadSession(): Promise<void> {
  try {
    take(await ask(sessionSchema, '/session'));
  } catch (error) {
    currentSession.value = null;
    // Nobody is signed in: the login screen says so. Anything else is shown by the caller.
    if (error instanceof CallError && error.code === 'SIGN_IN_FIRST') return;
    throw error;
  }
}

/** Signs in. Throws CallError. */
export async function signIn(login: string, password: string): Promise<void> {
  take(await tell(sessionSchema, '/login', { login, password }));
}

/** Gives the password again, for an act that cannot be undone. Throws CallError. */
export async function refreshPassword(password: string): Promise<void> {
  take(await tell(sessionSchema, '/session/fresh', { password }));
}

/** Signs out; the screen forgets everything even when the station does not answer. */
export async function signOut(): Promise<void> {
  try {
    await tell(anything, '/logout');
  } finally {
    currentSession.value = null;
  }
}

/** Notes a refusal that means the session is over. Returns whether it was one. */
export function noteEnded(error: unknown): boolean {
  if (!(error instanceof CallError) || error.code !== 'SIGN_IN_FIRST') return false;
  if (currentSession.value) sessionEnded.value = true;
  currentSession.value = null;
  return true;
}
