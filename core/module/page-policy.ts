/**
 * The policy of every answer with a file of a module: parts of the same module only, and no script, frame or form.
 * @param base where the module's files are served, as `https://station/m/<key>/`
 * @param ancestors who may show a page in a frame, as a CSP source list
 */
export function modulePolicy(base: string, ancestors = "'self'"): string {
  return [
    "default-src 'none'",
    `img-src ${base}`,
    `media-src ${base}`,
    `font-src ${base}`,
    `style-src ${base}`,
    "style-src-attr 'unsafe-inline'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${ancestors}`,
    'sandbox allow-same-origin',
  ].join('; ');
}

/** The headers of every answer with a file of a module, whatever its status. */
export function modulePageHeaders(policy: string, contentType: string): Record<string, string> {
  return {
    'content-type': contentType,
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
    'accept-ranges': 'bytes',
  };
}

/** The type a file is served with: text of ours is always UTF-8, and a type that runs scripts is never served. */
export function servedType(type: string): string {
  const bare = type.split(';')[0]?.trim().toLowerCase() ?? '';
  if (/(?:java|ecma|live)script|wasm/.test(bare)) return 'text/plain;charset=utf-8';
  if (bare.startsWith('text/') || bare === 'application/xhtml+xml') return `${bare};charset=utf-8`;
  return bare;
}
