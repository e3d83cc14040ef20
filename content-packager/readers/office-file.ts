import type { InputTree } from './input-tree.ts';
import { ReaderError } from './reader-error.ts';

/** How files of Office 97 to 2003, and newer ones under a password, begin (MS-CFB 2.2). */
const COMPOUND_FILE = [0xd0, 0xcf, 0x11, 0xe0];
const RICH_TEXT = [0x7b, 0x5c, 0x72, 0x74, 0x66];

/** Whether a file is of Office 97 to 2003, or of a newer one and under a password. */
export function isCompoundFile(head: Uint8Array): boolean {
  return COMPOUND_FILE.every((byte, index) => head[index] === byte);
}

/** Whether a file that is no archive is a text, table or presentation of an office program. */
export function isOldOfficeFile(head: Uint8Array): boolean {
  return isCompoundFile(head) || RICH_TEXT.every((byte, index) => head[index] === byte);
}

/**
 * Whether an archive is the file of an office program (Open XML, OpenDocument, iWork): what lies in it are parts, and the
 * pictures among them no pages.
 */
export function isOfficeArchive(tree: InputTree): boolean {
  const has = (path: string): boolean => tree.files.has(path);
  const isOpenXml = has('[Content_Types].xml');
  const isOpenDocument = has('content.xml') && has('META-INF/manifest.xml');
  const isIWork =
    has('index.apxl') || has('Index/Document.iwa') || (has('index.xml') && has('buildVersionHistory.plist'));
  return isOpenXml || isOpenDocument || isIWork;
}

/** The refusal of such a file. */
export function officeRefusal(file: string): ReaderError {
  return new ReaderError({
    code: 'NOT_TAKEN_YET',
    file,
    problem: 'is a file of an office program, of a format that is not taken yet',
    advice: 'Open it and save it as PDF or as Word document (.docx), and pack that.',
  });
}
