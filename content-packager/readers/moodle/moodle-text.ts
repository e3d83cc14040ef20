import type { Root } from 'hast';
import { parseHtml } from '../html-page.ts';
import { type MarkdownOptions, markdownToTree } from '../markdown.ts';
import { bodyTree, plainTextTree } from '../page-file.ts';
import type { RichText } from './backup.ts';

/** Text of Moodle as a tree that still has to be sanitised. */
export function moodleTree(rich: RichText, path: string, options: MarkdownOptions): Root {
  switch (rich.format) {
    case '2':
      return plainTextTree(rich.text);
    case '4':
      return markdownToTree(rich.text, options);
    case '0':
      // Moodle's own format: HTML in which a line end is a line end.
      return bodyTree(parseHtml(/<(p|br|div|h\d)\b/i.test(rich.text) ? rich.text : withBreaks(rich.text), path));
    default:
      return bodyTree(parseHtml(rich.text, path));
  }
}

function withBreaks(text: string): string {
  return text.replace(/\r\n?/g, '\n').replaceAll('\n', '<br>\n');
}

/** Whether a learner would see anything of it. */
export function isEmptyText(rich: RichText): boolean {
  return rich.text.replace(/<(?!img|video|audio|iframe|source|object)[^>]*>|&nbsp;|\s/gi, '') === '';
}
