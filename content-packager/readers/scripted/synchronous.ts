import { readAll } from '../byte-source.ts';
import type { CourseFile, Report } from '../course.ts';

const MAX_SCRIPT_BYTES = 8 * 1024 * 1024;
const SCRIPT_TYPES = new Set(['text/javascript', 'text/html', 'application/xhtml+xml']);
/** `request.open('GET', address, false)`, as written and as minified, and jQuery's `async: false`. */
const SYNCHRONOUS = /\.open\([^()]{0,300},\s*(?:false|!1)\s*\)|\basync:\s*(?:false|!1)\b/;

/** Reports scripts that ask synchronously: such a request passes the worker by, which holds all files (decisions/0066). */
export async function reportSynchronousRequests(files: readonly CourseFile[], report: Report): Promise<void> {
  for (const { href, type, source } of files) {
    if (!SCRIPT_TYPES.has(type) || source.sizeBytes > MAX_SCRIPT_BYTES) continue;
    const text = new TextDecoder().decode(await readAll(source, MAX_SCRIPT_BYTES, href));
    const found = SYNCHRONOUS.exec(text);
    if (found !== null)
      report.add(href, 'SYNCHRONOUS_REQUEST', found[0].slice(0, 80), text.slice(0, found.index).split('\n').length);
  }
}
