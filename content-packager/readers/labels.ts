/** Words that a reader has to put into a page or the contents, because the source leaves them to its own program. */
export interface Labels {
  readonly files: string;
  readonly pages: string;
  readonly assignments: string;
  readonly discussions: string;
  readonly quizzes: string;
  readonly glossary: string;
  readonly question: string;
  readonly answer: string;
  readonly example: string;
  readonly exercise: string;
  readonly figure: string;
  readonly table: string;
  readonly note: string;
  readonly onTheInternet: string;
  readonly discussion: string;
  /** On a page of which nothing can be shown. */
  readonly nothingHere: string;
  readonly attachments: string;
  readonly section: string;
  readonly notes: string;
  readonly back: string;
}

const ENGLISH: Labels = {
  files: 'Files',
  pages: 'Pages',
  assignments: 'Assignments',
  discussions: 'Discussions',
  quizzes: 'Quizzes',
  glossary: 'Glossary',
  question: 'Question',
  answer: 'Answer',
  example: 'Example',
  exercise: 'Exercise',
  figure: 'Figure',
  table: 'Table',
  note: 'Note',
  onTheInternet: 'This is a page on the internet. You cannot open it here.',
  discussion: 'This was a discussion. You can read the question here, but not what others wrote.',
  nothingHere: 'There is nothing to see on this page.',
  attachments: 'Files with this',
  section: 'Section',
  notes: 'Footnotes',
  back: 'Back to note',
};

const BY_LANGUAGE: Readonly<Record<string, Labels>> = {
  en: ENGLISH,
  nl: {
    files: 'Bestanden',
    pages: 'Pagina’s',
    assignments: 'Opdrachten',
    discussions: 'Discussies',
    quizzes: 'Toetsen',
    glossary: 'Woordenlijst',
    question: 'Vraag',
    answer: 'Antwoord',
    example: 'Voorbeeld',
    exercise: 'Oefening',
    figure: 'Figuur',
    table: 'Tabel',
    note: 'Let op',
    onTheInternet: 'Dit is een pagina op internet. Je kunt haar hier niet openen.',
    discussion: 'Dit was een discussie. Je kunt hier de vraag lezen, maar niet wat anderen schreven.',
    nothingHere: 'Op deze pagina is niets te zien.',
    attachments: 'Bestanden hierbij',
    section: 'Deel',
    notes: 'Voetnoten',
    back: 'Terug naar noot',
  },
  fr: {
    files: 'Fichiers',
    pages: 'Pages',
    assignments: 'Devoirs',
    discussions: 'Discussions',
    quizzes: 'Tests',
    glossary: 'Glossaire',
    question: 'Question',
    answer: 'Réponse',
    example: 'Exemple',
    exercise: 'Exercice',
    figure: 'Figure',
    table: 'Tableau',
    note: 'Note',
    onTheInternet: 'Cette page est sur internet. On ne peut pas l’ouvrir ici.',
    discussion: 'C’était une discussion. La question se lit ici, mais pas les réponses des autres.',
    nothingHere: 'Il n’y a rien à voir sur cette page.',
    attachments: 'Fichiers joints',
    section: 'Partie',
    notes: 'Notes',
    back: 'Retour à la note',
  },
  de: {
    files: 'Dateien',
    pages: 'Seiten',
    assignments: 'Aufgaben',
    discussions: 'Diskussionen',
    quizzes: 'Tests',
    glossary: 'Glossar',
    question: 'Frage',
    answer: 'Antwort',
    example: 'Beispiel',
    exercise: 'Übung',
    figure: 'Abbildung',
    table: 'Tabelle',
    note: 'Hinweis',
    onTheInternet: 'Diese Seite ist im Internet. Hier lässt sie sich nicht öffnen.',
    discussion: 'Das war eine Diskussion. Die Frage ist hier zu lesen, die Beiträge der anderen nicht.',
    nothingHere: 'Auf dieser Seite ist nichts zu sehen.',
    attachments: 'Dateien dazu',
    section: 'Abschnitt',
    notes: 'Fußnoten',
    back: 'Zurück zu Fußnote',
  },
};

/** The labels for a language; English where there are none. */
export function labelsFor(language: string): Labels {
  return BY_LANGUAGE[language.toLowerCase().split('-')[0] ?? ''] ?? ENGLISH;
}
