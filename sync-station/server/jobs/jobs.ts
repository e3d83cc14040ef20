import { delayJob, finishJob, type LeasedJob, leaseJob } from '../../store/jobs.ts';
import type { Jobs, StationContext } from '../context.ts';
import { openParcelJob } from './open-parcel.ts';

const LOOK_AGAIN_MS = 5_000;

/** Jobs that run until `stop`, which waits for the one at work. */
export interface RunningJobs extends Jobs {
  stop(): Promise<void>;
}

/** Starts the worker: it looks at once, at every `wake()`, and every five seconds. */
export function startJobs(context: Omit<StationContext, 'jobs'>): RunningJobs {
  let stopped = false;
  let again = false;
  let running: Promise<void> | undefined;
  const drain = async (): Promise<void> => {
    do {
      again = false;
      while (!stopped && (await runOne(context))) {
        // Until nothing is due.
      }
    } while (again && !stopped);
  };
  const wake = (): void => {
    again = true;
    if (stopped || running) return;
    running = drain()
      .catch((error: unknown) => context.log.error({ err: error }, 'the job table cannot be read'))
      .finally(() => {
        running = undefined;
      });
  };
  const timer = setInterval(wake, LOOK_AGAIN_MS);
  timer.unref();
  wake();
  return {
    wake,
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}

/** Runs the next job that is due; false when there is none. A job that throws is tried again later. */
export async function runOne(context: Omit<StationContext, 'jobs'>): Promise<boolean> {
  const job = await leaseJob(context.db, context.now());
  if (!job) return false;
  try {
    await runJob(context, job);
    await finishJob(context.db, job.id);
  } catch (error) {
    context.log.error({ err: error, job: job.id, kind: job.kind }, 'a job failed and is tried again later');
    await delayJob(context.db, job, error instanceof Error ? error.message : String(error), context.now());
  }
  return true;
}

async function runJob(context: Omit<StationContext, 'jobs'>, job: LeasedJob): Promise<void> {
  switch (job.kind) {
    case 'open-parcel':
      return openParcelJob(context, job.body);
    default:
      throw new Error(`unknown kind of job: ${job.kind}`);
  }
}
