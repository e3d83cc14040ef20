import { effect } from '@preact/signals';
import type { Door } from './platform/door.ts';
import { createPlatform } from './platform/index.ts';
import type { Inside } from './shell/app.tsx';
import { insideOf } from './shell/inside.tsx';

/** Opens what lies behind the door: loaded and run only when the first screen stands. */
export async function openInside(door: Door): Promise<Inside> {
  const platform = await createPlatform(door);
  effect(() => {
    if (platform.state.value.capabilities.has('scripts')) void primeSandbox();
  });
  return insideOf(platform);
}

async function primeSandbox(): Promise<void> {
  const place = await import('./platform/sandbox-place.ts');
  await place.primeSandbox();
}
