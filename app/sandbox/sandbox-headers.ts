import type { Runtime } from '#core/module/manifest.ts';

/** formats/module.md 8.1: what the player page may do, which holds no content itself. */
export function playerPolicy(origin: string, appOrigin: string): string {
  return [
    "default-src 'none'",
    `script-src ${origin}/player.js`,
    `worker-src ${origin}/service-worker.js`,
    `frame-src ${origin}/c/`,
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${appOrigin}`,
    'sandbox allow-scripts allow-same-origin',
  ].join('; ');
}

/** formats/module.md 8.3: what content may reach: its own files, and what it makes itself. */
export function contentPolicy(origin: string, appOrigin: string, session: string, runtime: Runtime): string {
  const own = `${origin}/c/${session}/`;
  // Widespread SCORM drivers find their way to the API with eval; H5P does without.
  const evaluates = runtime === 'h5p' ? '' : " 'unsafe-eval'";
  return [
    "default-src 'none'",
    `script-src ${own} 'unsafe-inline' 'wasm-unsafe-eval'${evaluates}`,
    `style-src ${own} 'unsafe-inline'`,
    `img-src ${own} data: blob:`,
    `media-src ${own} data: blob:`,
    `font-src ${own} data:`,
    `connect-src ${own} data: blob:`,
    `frame-src ${own}`,
    `worker-src ${own}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${origin} ${appOrigin}`,
    "webrtc 'block'",
    'sandbox allow-scripts allow-same-origin',
  ].join('; ');
}

/** Headers of every answer of the sandbox. */
export function sandboxHeaders(policy: string, contentType: string): Record<string, string> {
  return {
    'content-type': contentType,
    'content-security-policy': policy,
    // Closes WebRTC where the browser knows it; no CSP does (decisions/0066).
    'connection-allowlist': '(response-origin)',
    'x-content-type-options': 'nosniff',
    'x-dns-prefetch-control': 'off',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'origin-agent-cluster': '?1',
    'permissions-policy':
      'camera=(), microphone=(), geolocation=(), display-capture=(), usb=(), serial=(), hid=(), bluetooth=(), midi=(), payment=(), clipboard-read=(), publickey-credentials-get=()',
    'cache-control': 'no-store',
    'accept-ranges': 'bytes',
  };
}
