import type { BrowserContext, Page } from '@playwright/test';

/** A voice that says nothing aloud, and keeps what it is asked to say. */
const voice = (language: string): string => `
Object.defineProperty(globalThis, 'SpeechSynthesisUtterance', { value: class { constructor(text) { this.text = text; } } });
Object.defineProperty(globalThis, 'speechSynthesis', {
  value: Object.assign(new EventTarget(), {
    spoken: [],
    getVoices: () => [{ lang: ${JSON.stringify(language)}, localService: true, default: true, name: 'Test' }],
    speak(utterance) {
      this.current = utterance;
      this.spoken.push({ text: utterance.text, rate: utterance.rate });
    },
    cancel() {
      this.current = undefined;
    },
    finish() {
      const { current } = this;
      this.current = undefined;
      current?.onend();
    },
  }),
});
`;

/** Gives every page of a browser a voice of the laptop's own for one language. */
export async function giveVoice(context: BrowserContext, language: string): Promise<void> {
  await context.addInitScript(voice(language));
}

/** What the voice was asked to say so far. */
export function spokenBy(page: Page): Promise<readonly { readonly text: string; readonly rate: number }[]> {
  return page.evaluate('[...speechSynthesis.spoken]');
}

/** Lets the voice come to the end of what it says. */
export async function finishSpeaking(page: Page): Promise<void> {
  await page.evaluate('speechSynthesis.finish()');
}
