import { expect, test } from 'vitest';
import { voiceFor } from './narration.ts';

const voice = (lang: string, localService = true, isDefault = false): SpeechSynthesisVoice => ({
  ...{ lang, localService, default: isDefault, name: lang, voiceURI: lang },
});

test('the voice is of the region that is read, else of the language', () => {
  const voices = [voice('en-US'), voice('nl-BE'), voice('nl_NL')];
  expect(voiceFor(voices, 'nl-NL')?.lang).toBe('nl_NL');
  expect(voiceFor(voices, 'nl')?.lang).toBe('nl-BE');
  expect(voiceFor(voices, 'ar')).toBeUndefined();
});

test('a voice that needs a network is never taken: it would hear what is read', () => {
  expect(voiceFor([voice('nl-NL', false)], 'nl')).toBeUndefined();
});
