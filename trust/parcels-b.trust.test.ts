import { test, vi } from 'vitest';
import { proveParcels } from './parcel-model.ts';

// Two files, so that two processes share the runs.
vi.mock('#core/parcel/age.ts', () => import('./quick-box.ts'));
vi.mock('#core/crypto/digest.ts', () => import('./quick-digest.ts'));

test('nothing is lost, nothing counts twice, and no forked branch is accepted, whatever happens', async () => {
  await proveParcels(Number(process.env['LEESLICHT_PARCEL_RUNS'] ?? 5000));
});
