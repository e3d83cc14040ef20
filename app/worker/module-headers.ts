/** The policy of every answer below `/m/<key>/`: parts of the same module only, and no script, frame or form. */
export function modulePolicy(origin: string, key: string): string {
  const own = `${origin}/m/${key}/`;
  return [
    "default-src 'none'",
    `img-src ${own}`,
    `media-src ${own}`,
    `font-src ${own}`,
    `style-src ${own}`,
    "style-src-attr 'unsafe-inline'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
    'sandbox allow-same-origin',
  ].join('; ');
}

/** Headers of every answer below `/m/`, whatever its status. */
export function moduleHeaders(origin: string, key: string, contentType: string): Headers {
  return new Headers({
    'content-type': contentType,
    'content-security-policy': modulePolicy(origin, key),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
    'accept-ranges': 'bytes',
  });
}

/** The type a file is served with: text of ours is always UTF-8, and a type that runs scripts is never served. */
export function servedType(type: string): string {
  const bare = type.split(';')[0]?.trim().toLowerCase() ?? '';
  if (/(?:java|ecma|live)script|wasm/.test(bare)) return 'text/plain;charset=utf-8';
  if (bare.startsWith('text/') || bare === 'application/xhtml+xml') return `${bare};charset=utf-8`;
  return bare;
}
