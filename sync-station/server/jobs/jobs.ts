import {
  askForJob,
  delayJob,
  finishJob,
  type JobKind,
  type LeasedJob,
  leaseJob,
  releaseLeases,
  repeatJob,
} from '../../store/jobs.ts';
import { backUp } from '../backup/back-up.ts';
import type { Jobs, StationContext } from '../context.ts';
import { openParcelJob } from './open-parcel.ts';
import { FETCH_EVERY_MS, fetchUpstream, handInUpstream, outgoing, sendMessageUpstream } from './upstream.ts';

type Station = Omit<StationContext, 'jobs'>;

const LOOK_AGAIN_MS = 5_000;

/** Each lane has a worker of its own: a school that is away, or a long backup, never keeps a parcel from being opened. */
const LANES = [
  ['open-parcel'],
  [...outgoing, 'fetch-upstream'],
  ['back-up'],
] as const satisfies readonly (readonly JobKind[])[];

/** Every kind of job. */
export const ALL_JOBS: readonly JobKind[] = LANES.flat();

/** Jobs that run until `stop`, which waits for those at work. */
export interface RunningJobs extends Jobs {
  stop(): Promise<void>;
}

/** Starts the workers: they look at once, at every `wake()`, and every five seconds. */
export async function startJobs(context: Station): Promise<RunningJobs> {
  const nowMs = context.now();
  // This process is the only worker of its database: what an earlier one had leased when it ended is free.
  await releaseLeases(context.db);
  if (context.upstream.kind === 'school') await askForJob(context.db, 'fetch-upstream', nowMs, nowMs);
  if (context.config.backup !== undefined) await askForJob(context.db, 'back-up', nowMs, nowMs);
  const lanes = LANES.map((kinds) => startLane(context, kinds));
  const wake = (): void => {
    for (const lane of lanes) lane.wake();
  };
  const timer = setInterval(wake, LOOK_AGAIN_MS);
  timer.unref();
  wake();
  return {
    wake,
    stop: async () => {
      clearInterval(timer);
      await Promise.all(lanes.map((lane) => lane.stop()));
    },
  };
}

function startLane(context: Station, kinds: readonly JobKind[]): RunningJobs {
  let stopped = false;
  let again = false;
  let running: Promise<void> | undefined;
  const drain = async (): Promise<void> => {
    do {
      again = false;
      while (!stopped && (await runOne(context, kinds))) {
        // Until nothing is due.
      }
    } while (again && !stopped);
  };
  return {
    wake: () => {
      again = true;
      if (stopped || running) return;
      running = drain()
        .catch((error: unknown) => context.log.error({ err: error }, 'the job table cannot be read'))
        .finally(() => {
          running = undefined;
        });
    },
    stop: async () => {
      stopped = true;
      await running;
    },
  };
}

/** Runs the next job that is due; false when there is none. A job that throws is tried again later. */
export async function runOne(context: Station, kinds: readonly JobKind[] = ALL_JOBS): Promise<boolean> {
  const job = await leaseJob(context.db, kinds, context.now());
  if (!job) return false;
  try {
    const againAtMs = await runJob(context, job);
    if (againAtMs === undefined) await finishJob(context.db, job.id);
    else await repeatJob(context.db, job.id, againAtMs);
  } catch (error) {
    context.log.error({ err: error, job: job.id, kind: job.kind }, 'a job failed and is tried again later');
    await delayJob(context.db, job, error instanceof Error ? error.message : String(error), context.now());
  }
  return true;
}

/** Does the job; answers when it is due again if it is one that comes back. */
async function runJob(context: Station, job: LeasedJob): Promise<number | undefined> {
  switch (job.kind) {
    case 'open-parcel':
      await openParcelJob(context, job.body);
      return undefined;
    case 'hand-in-upstream':
      await handInUpstream(context, job.body);
      return undefined;
    case 'message-upstream':
      await sendMessageUpstream(context, job.body);
      return undefined;
    case 'fetch-upstream':
      await fetchUpstream(context);
      return context.now() + FETCH_EVERY_MS;
    case 'back-up':
      return backUp(context);
    default:
      throw new Error(`unknown kind of job: ${job.kind}`);
  }
}
