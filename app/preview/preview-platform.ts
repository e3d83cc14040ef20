import { signal } from '@preact/signals';
import { integer, object } from '#core/json/shape.ts';
import { parseJson } from '#core/json/strict-json.ts';
import { parseManifest } from '#core/module/manifest.ts';
import { texts } from '../i18n/texts.ts';
import { ModulesError } from '../platform/modules/modules-error.ts';
import type { DeviceState, Language, Platform, ShelfModule } from '../platform/platform.ts';
import { memoryRecords } from '../platform/records/memory-records.ts';

const DAY_MS = 86_400_000;
const LOOK_AGAIN_MS = 1000;
const revisionShape = object({ required: { revision: integer() } });

/**
 * A device with one module, whose files come from `/m/preview/` of this address: everything else of the app is as the
 * learner has it. Nothing is kept and nothing is handed in.
 */
export async function previewPlatform(): Promise<{ readonly platform: Platform; readonly revision: number }> {
  const revision = await newestRevision();
  const bytes = await fetchBytes('/preview/manifest.json');
  const manifest = parseManifest(bytes);
  const { courseId, moduleId, title, language, version, sizeBytes } = manifest;
  const path = `courses/${courseId}/${moduleId}.json`;
  const module: ShelfModule = { path, title, language, version, sizeBytes, state: 'ready', progressFraction: 1 };
  const urlOf = (_: string, href: string): string => `/m/preview/${href.split('/').map(encodeURIComponent).join('/')}`;
  const shown = signal<Language>(texts.language.value);
  const state: DeviceState = {
    phase: 'open',
    verdict: { kind: 'current', daysLeft: 30, expiresAtMs: Date.now() + 30 * DAY_MS },
    hours: { kind: 'open' },
    capabilities: new Set(['read', 'write', 'messages', 'notes']),
    updateReady: false,
  };
  const notHere = async (): Promise<never> => {
    throw new ModulesError({ code: 'NOT_HERE', path });
  };
  const platform: Platform = {
    state: signal(state),
    enrolment: { start: notHere, waitForConfirmation: notHere },
    vault: {
      unlock: async () => 'open',
      lock: () => undefined,
      changePin: notHere,
      askDesk: notHere,
      chooseNewPin: notHere,
      wipeClosed: notHere,
    },
    modules: {
      list: signal([module]),
      damage: signal(undefined),
      manifest: async () => manifest,
      urlOf,
      readText: async (_, href) => new TextDecoder().decode(await fetchBytes(urlOf(path, href))),
      readBytes: (_, href) => fetchBytes(urlOf(path, href)),
      verifiedRange: (_, href, begin, end) => fetchBytes(urlOf(path, href), { range: `bytes=${begin}-${end - 1}` }),
    },
    records: memoryRecords(),
    sync: { run: notHereToSync },
    updates: { apply: () => undefined },
    presence: notHere,
    report: notHere,
    language: shown,
    setLanguage: async (next) => {
      shown.value = next;
    },
  };
  return { platform, revision };
}

// biome-ignore lint/correctness/useYield: it ends before its first step
async function* notHereToSync(): AsyncGenerator<never, void, undefined> {
  throw new ModulesError({ code: 'NOT_HERE', path: '' });
}

/** Loads the page again when the module was packed anew; the place in it is in the address. */
export async function followRevision(revision: number): Promise<void> {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    // The studio may be busy or closed for a moment.
    const newest = await newestRevision().catch(() => revision);
    if (newest !== revision) return location.reload();
  }
}

async function newestRevision(): Promise<number> {
  return revisionShape(parseJson(await fetchBytes('/preview/revision.json')), '').revision;
}

async function fetchBytes(address: string, headers: Record<string, string> = {}): Promise<Uint8Array<ArrayBuffer>> {
  const answer = await fetch(address, { headers, cache: 'no-store' });
  if (!answer.ok) throw new ModulesError({ code: 'NOT_HERE', path: address });
  return new Uint8Array(await answer.arrayBuffer());
}
