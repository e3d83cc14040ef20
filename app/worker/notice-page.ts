import type { Language } from '../platform/platform.ts';

/** Why a page of a module is not shown. */
export type NoticeKind = 'damaged' | 'closed' | 'missing';

const texts: Record<Language, Record<NoticeKind, readonly [title: string, text: string]>> = {
  nl: {
    damaged: [
      'Dit deel is beschadigd',
      'Daarom laten we het niet zien. Ga naar het synchronisatiepunt: daar wordt dit deel hersteld. Je eigen werk is veilig.',
    ],
    closed: ['Lezen kan nu niet', 'Ga terug naar het begin van de app. Daar staat wat je kunt doen.'],
    missing: [
      'Dit deel is er niet',
      'De les verwijst naar een pagina die er niet in zit. Ga terug naar de vorige pagina.',
    ],
  },
  en: {
    damaged: [
      'This part is damaged',
      'That is why we do not show it. Go to the sync station: this part will be repaired there. Your own work is safe.',
    ],
    closed: ['You cannot read now', 'Go back to the start of the app. It tells you what you can do.'],
    missing: ['This part is not here', 'The lesson points to a page that is not in it. Go back to the page before.'],
  },
};

/** A plain page of our own words; nothing of the module is in it. */
export function noticePage(kind: NoticeKind, language: Language): string {
  const [title, text] = texts[language][kind];
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title></head><body><main role="alert"><h1>${title}</h1><p>${text}</p></main></body></html>`;
}
