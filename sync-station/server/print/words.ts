/** Words on printed paper, in the language of the module. */
export interface PrintWords {
  readonly version: (version: string) => string;
  readonly printedOn: (day: string) => string;
  readonly name: string;
  readonly date: string;
  readonly due: (day: string) => string;
  readonly words: (n: number) => string;
  readonly film: string;
  readonly sound: string;
  readonly onLaptop: string;
  readonly printedApart: string;
}

const ENGLISH: PrintWords = {
  version: (version) => `Version ${version}`,
  printedOn: (day) => `Printed on ${day}`,
  name: 'Name',
  date: 'Date',
  due: (day) => `Hand in before ${day}`,
  words: (n) => `At most ${n} words`,
  film: 'Film, to watch on the laptop',
  sound: 'Sound, to listen to on the laptop',
  onLaptop: 'You do this part on the laptop.',
  printedApart: 'This part is a PDF. It is printed by itself.',
};

const DUTCH: PrintWords = {
  version: (version) => `Versie ${version}`,
  printedOn: (day) => `Afgedrukt op ${day}`,
  name: 'Naam',
  date: 'Datum',
  due: (day) => `Inleveren voor ${day}`,
  words: (n) => `Hoogstens ${n} woorden`,
  film: 'Film, te bekijken op de laptop',
  sound: 'Geluid, te beluisteren op de laptop',
  onLaptop: 'Dit deel doe je op de laptop.',
  printedApart: 'Dit deel is een PDF. Die wordt apart afgedrukt.',
};

/** The words for a module's language; English where there are none. */
export function printWords(language: string): PrintWords {
  return /^nl\b/i.test(language) ? DUTCH : ENGLISH;
}
