import { coreTargets } from './core-targets.ts';
import { readerTargets } from './reader-targets.ts';
import type { Target } from './target.ts';

/** Everything that reads what others wrote. A further parser is one more entry in one of the two lists. */
export const targets: readonly Target[] = [...coreTargets, ...readerTargets];
