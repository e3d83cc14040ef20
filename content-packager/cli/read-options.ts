import type { ReadOptions } from '../readers/course.ts';
import { isLanguageTag } from '../readers/language.ts';
import { type CommandContext, textOption } from './command.ts';
import { UsageError } from './usage-error.ts';

/** What the options of a command ask of the reader. Throws UsageError for what is no language tag. */
export function readOptions(context: CommandContext): ReadOptions {
  const language = textOption(context, 'language');
  if (language !== undefined && !isLanguageTag(language))
    throw new UsageError(`"${language}" is no language tag`, 'Use a tag such as nl, en-GB or ar.');
  const title = textOption(context, 'title');
  return {
    ...(title === undefined ? {} : { title }),
    ...(language === undefined ? {} : { language }),
    allowScripts: context.options['allow-scripts'] === true,
    allowFixedLayout: context.options['allow-fixed-layout'] === true,
  };
}
