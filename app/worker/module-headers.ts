import { modulePageHeaders, modulePolicy } from '#core/module/page-policy.ts';

export { servedType } from '#core/module/page-policy.ts';

/** Headers of every answer below `/m/<key>/`, whatever its status. */
export function moduleHeaders(origin: string, key: string, contentType: string): Headers {
  return new Headers(modulePageHeaders(modulePolicy(`${origin}/m/${key}/`), contentType));
}
