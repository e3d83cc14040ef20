/** Closed list of reasons why an input is refused as a whole. */
export type ReaderErrorCode =
  | 'NOT_FOUND'
  | 'UNKNOWN_INPUT'
  | 'EMPTY'
  | 'NOT_TAKEN_YET'
  | 'NEEDS_SCRIPTS'
  | 'TAR_MALFORMED'
  | 'TAR_UNSAFE_NAME'
  | 'TAR_SYMLINK'
  | 'TAR_DUPLICATE'
  | 'TAR_BOMB'
  | 'ZIP_MALFORMED'
  | 'ZIP_UNSAFE_NAME'
  | 'ZIP_SYMLINK'
  | 'ZIP_DUPLICATE'
  | 'ZIP_BOMB'
  | 'ZIP_TOO_MANY'
  | 'ZIP_ENCRYPTED'
  | 'XML_ENTITIES'
  | 'XML_MALFORMED'
  | 'TOO_LARGE'
  | 'WRONG_ENCODING'
  | 'EPUB_MALFORMED'
  | 'EPUB_DRM'
  | 'EPUB_FIXED_LAYOUT'
  | 'CARTRIDGE_MALFORMED'
  | 'CARTRIDGE_PROTECTED'
  | 'H5P_MALFORMED'
  | 'SCORM_MALFORMED'
  | 'MOODLE_MALFORMED'
  | 'CNXML_MALFORMED'
  | 'WORD_MALFORMED'
  | 'PDF_MALFORMED'
  | 'PDF_ENCRYPTED'
  | 'FRONT_MATTER'
  | 'ASSIGNMENT'
  | 'COURSE_FILE'
  | 'CHANGED_WHILE_READING';

/** An input that cannot become a module. Says which file, what is wrong, and what to do about it. */
export class ReaderError extends Error {
  readonly code: ReaderErrorCode;
  readonly file: string;
  readonly advice: string;

  constructor(init: { code: ReaderErrorCode; file: string; problem: string; advice: string; cause?: unknown }) {
    super(init.problem, init.cause === undefined ? {} : { cause: init.cause });
    this.name = 'ReaderError';
    this.code = init.code;
    this.file = init.file;
    this.advice = init.advice;
  }
}
