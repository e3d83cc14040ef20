const KEY = 'leeslicht.sandbox';
const PRIME_MS = 20_000;
let isPrimed = false;

/**
 * The origin of the sandbox beside this app (formats/module.md 8.1), as the app's server says it in `/sandbox.json`,
 * and offline as it said it last. Undefined where there is none.
 */
export async function findSandbox(): Promise<string | undefined> {
  try {
    const answer = await fetch('/sandbox.json', { cache: 'no-store' });
    if (answer.ok) {
      const said = originIn(await answer.json());
      if (said === undefined) localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, said);
      return said;
    }
  } catch {
    // Offline, or a server without a sandbox: what it said last still holds.
  }
  return originIn({ origin: localStorage.getItem(KEY) });
}

/** Only another origin on the same host is a sandbox: a page of the app's own origin could read everything. */
function originIn(document: unknown): string | undefined {
  const origin =
    typeof document === 'object' && document !== null && 'origin' in document ? document.origin : undefined;
  if (typeof origin !== 'string' || !URL.canParse(origin)) return undefined;
  const url = new URL(origin);
  const isNear = url.hostname === location.hostname || url.hostname.endsWith(`.${location.hostname}`);
  return url.origin === origin && origin !== location.origin && isNear ? origin : undefined;
}

/**
 * Loads the sandbox's page once, out of sight, so that its worker is installed while its server can be reached and
 * plays offline later.
 */
export async function primeSandbox(): Promise<void> {
  if (isPrimed) return;
  isPrimed = true;
  const origin = await findSandbox();
  if (origin === undefined) return;
  const frame = document.createElement('iframe');
  frame.hidden = true;
  frame.setAttribute('sandbox', 'allow-scripts allow-same-origin');
  frame.src = `${origin}/`;
  const end = (): void => {
    removeEventListener('message', onMessage);
    frame.remove();
  };
  const onMessage = ({ source, data }: MessageEvent): void => {
    if (source === frame.contentWindow && data?.kind === 'leeslicht-player-ready') end();
  };
  addEventListener('message', onMessage);
  setTimeout(end, PRIME_MS);
  document.body.append(frame);
}
