import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Platform } from '../platform/platform.ts';

/** Hands the one platform down to every screen. */
export const PlatformContext = createContext<Platform | undefined>(undefined);

/** The platform of this app. Throws when a screen stands outside the shell, which is a programming error. */
export function usePlatform(): Platform {
  const platform = useContext(PlatformContext);
  if (!platform) throw new Error('No platform: render the screen inside PlatformContext');
  return platform;
}
