/** A task that only one tab does at a time. */
export interface HeldTask {
  readonly isHeld: () => boolean;
}

/** Takes the task when no other tab has it, or later when that tab closes. */
export function holdTab(name: string): HeldTask {
  let isHeld = false;
  void navigator.locks.request(name, () => {
    isHeld = true;
    // Held until this tab goes.
    return new Promise<never>(() => undefined);
  });
  return { isHeld: () => isHeld };
}
