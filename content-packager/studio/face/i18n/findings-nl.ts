import type { CheckCode } from '../../../check/finding.ts';
import type { Words } from '../../../cli/report-text.ts';
import type { ReportCode } from '../../../readers/course.ts';

const NONE = 'nothing to do';

/** What each code of a finding means, in Dutch; the words that come with a finding are the command's English ones. */
export const findingsNl: Readonly<Record<CheckCode | ReportCode, Words>> = {
  SCRIPT_REMOVED: {
    what: 'Scripts weggelaten (ze werken niet in een module)',
    advice: 'kijk of de pagina ook zonder script klopt',
  },
  HANDLER_REMOVED: { what: 'Knoppen en acties met script weggelaten', advice: 'kijk of de pagina ook zonder klopt' },
  FRAME_REMOVED: { what: 'Ingesloten pagina’s weggelaten', advice: 'zet de film of pagina zelf in de cursus' },
  FORM_REMOVED: { what: 'Formulieren weggelaten', advice: 'maak er een opdracht van' },
  ELEMENT_REMOVED: { what: 'Elementen weggelaten, hun tekst is gebleven', advice: NONE },
  EXTERNAL_LINK: {
    what: 'Links naar internet zijn gewone tekst geworden',
    advice: 'zet wat de student nodig heeft in de cursus',
  },
  EXTERNAL_RESOURCE: {
    what: 'Plaatjes of bestanden op internet weggelaten',
    advice: 'download ze en zet ze in de cursus',
  },
  UNSAFE_ADDRESS: { what: 'Onveilige adressen weggelaten', advice: NONE },
  MISSING_TARGET: {
    what: 'Links naar bestanden die er niet zijn, zijn gewone tekst geworden',
    advice: 'voeg het bestand toe of haal de link weg',
  },
  STYLE_REMOVED: { what: 'Opmaak die naar buiten wijst weggelaten', advice: NONE },
  UNKNOWN_TYPE: {
    what: 'Bestanden weggelaten van een soort die niet getoond kan worden',
    advice: 'bewaar ze als PDF, of als mp4, mp3 of png',
  },
  WRONG_TYPE: {
    what: 'Bestanden weggelaten die iets anders zijn dan hun naam zegt',
    advice: 'exporteer ze opnieuw onder de juiste naam',
  },
  PICTURE_TOO_LARGE: {
    what: 'Plaatjes weggelaten met meer punten dan een laptop kan tonen',
    advice: 'maak ze kleiner: 2000 pixels',
  },
  HIDDEN_FILE: { what: 'Verborgen bestanden weggelaten', advice: NONE },
  SYMLINK: { what: 'Snelkoppelingen in de map niet gevolgd', advice: 'zet het bestand zelf daar neer' },
  MEDIA_OVERLAY: { what: 'Tijden voor het voorlezen weggelaten', advice: 'herstel het boek met een EPUB-editor' },
  OBFUSCATED_FONT: { what: 'Versleutelde lettertypen weggelaten', advice: NONE },
  ENCODING_GUESSED: {
    what: 'Bestanden die geen UTF-8 zijn: de tekens zijn geraden',
    advice: 'kijk of letters met accenten kloppen',
  },
  NOT_IN_PACKAGE: { what: 'Bestanden weggelaten die niet bij het boek of de cursus horen', advice: NONE },
  NOT_LINKED: { what: 'Plaatjes meegenomen die op geen pagina staan', advice: 'haal ze weg als je ruimte wilt winnen' },
  SPINE_ITEM_SKIPPED: { what: 'Delen van het boek die niet getoond kunnen worden', advice: 'zoek een andere uitgave' },
  PDF_SCRIPT: {
    what: 'Scripts in een PDF, die niet werken',
    advice: 'maak een opdracht van formulieren die rekenen',
  },
  PDF_NO_TEXT: {
    what: 'PDF-pagina’s zonder tekst: zoeken en voorlezen gaat niet',
    advice: 'herken eerst de tekst (OCR), bijvoorbeeld met ocrmypdf',
  },
  PDF_PAGE: {
    what: 'PDF-pagina’s die niet te lezen zijn',
    advice: 'bekijk ze zoals de student ze ziet, of exporteer de PDF opnieuw',
  },
  NO_SEARCH: { what: 'Modules met te veel tekst om in te zoeken', advice: 'maak er kleinere modules van' },
  BROKEN_FILE: { what: 'Bestanden weggelaten die niet opengaan', advice: 'exporteer ze opnieuw' },
  PAGE_EMPTY: {
    what: 'Pagina’s waarvan niets getoond kan worden',
    advice: 'schrijf op de pagina wat haar scripts of frames toonden, of haal haar weg',
  },
  NOT_USED: {
    what: 'Bestanden weggelaten die geen pagina gebruikt',
    advice: 'link ernaar als een student ze nodig heeft',
  },
  WEB_LINK: { what: 'Weblinks: genoemd, niet te openen', advice: 'zet wat de student nodig heeft in de cursus' },
  ONLINE_TOOL: { what: 'Online hulpmiddelen (LTI) weggelaten', advice: 'vervang ze door pagina’s of opdrachten' },
  HIDDEN_ITEM: {
    what: 'Onderdelen weggelaten die voor studenten verborgen zijn',
    advice: 'maak ze zichtbaar en exporteer opnieuw, als ze bij de cursus horen',
  },
  HIDDEN_TAKEN: {
    what: 'Onderdelen meegenomen die voor studenten verborgen zijn, want niets in deze cursus is zichtbaar',
    advice: 'kijk of een student ze mag zien',
  },
  TEACHER_MATERIAL: { what: 'Materiaal voor docenten weggelaten', advice: NONE },
  ACTIVITY_NOT_TAKEN: {
    what: 'Activiteiten weggelaten die alleen online werken',
    advice: 'vervang ze door pagina’s of opdrachten',
  },
  QUIZ_NOT_TAKEN: { what: 'Toetsen of vragen weggelaten', advice: 'maak een opdracht met de vragen' },
  QUIZ_CHANGED: {
    what: 'Regels van een toets of een vraag weggelaten',
    advice: 'bekijk de toets zoals de student hem ziet',
  },
  QUESTION_NOT_TAKEN: { what: 'Vragen weggelaten', advice: 'stel ze op een andere manier' },
  QUESTION_EMPTY: {
    what: 'Vraagblokken zonder woorden, getoond zoals ze getypt zijn',
    advice: 'schrijf de vraag erin',
  },
  QUESTION_ID_TWICE: {
    what: 'Vraag-id’s die twee keer op een pagina staan; de tweede kreeg een nummer',
    advice: 'geef elke vraag een eigen id',
  },
  QUESTION_SETTING: {
    what: 'Instellingen van vragen die niet begrepen worden',
    advice: 'schrijf id=NAAM title="TEKST" words=GETAL lines=GETAL',
  },
  ASSIGNMENT_CHANGED: { what: 'Opdrachten die iets anders werden', advice: 'bekijk ze zoals de student ze ziet' },
  PERSONAL_DATA: {
    what: 'Persoonsgegevens weggelaten',
    advice: 'exporteer de volgende keer zonder gebruikersgegevens',
  },
  COMMENT_REMOVED: { what: 'Opmerkingen weggelaten', advice: NONE },
  MATHS_NOT_READ: { what: 'Formules getoond zoals ze getypt zijn', advice: 'verbeter de LaTeX' },
  WORD_CONTENT: { what: 'Delen van Word-documenten weggelaten', advice: 'zet ze erin als plaatje of tekst' },
  SYNCHRONOUS_REQUEST: {
    what: 'Scripts die misschien om bestanden vragen op een manier die hier niets vindt',
    advice: 'probeer de inhoud uit, of exporteer hem met een nieuwere versie van het programma',
  },
  IMAGE_WITHOUT_TEXT: {
    what: 'Plaatjes zonder tekst voor wie ze niet ziet',
    advice: 'schrijf in alt="…" wat het plaatje zegt, of alt="" als het alleen versiering is',
  },
  IMAGE_TEXT_IS_NAME: {
    what: 'Plaatjes met een bestandsnaam als tekst',
    advice: 'schrijf wat het plaatje zegt',
  },
  VIDEO_WITHOUT_CAPTIONS: {
    what: 'Films zonder ondertitels',
    advice: 'zet een bestand met ondertitels naast de film: film.nl.vtt of film.nl.srt',
  },
  SOUND_WITHOUT_TEXT: { what: 'Geluid', advice: 'schrijf de woorden eronder, voor wie het niet hoort' },
  HEADING_SKIPPED: { what: 'Koppen die een niveau overslaan', advice: 'gebruik h2 onder h1, h3 onder h2' },
  HEADING_EMPTY: { what: 'Koppen zonder woorden', advice: 'haal ze weg of vul ze' },
  TABLE_WITHOUT_HEADERS: { what: 'Tabellen zonder kopcellen', advice: 'maak van de eerste rij of kolom <th>' },
  LINK_TEXT_UNCLEAR: {
    what: 'Links waarvan de woorden niet zeggen waar ze heen gaan',
    advice: 'noem de pagina of het bestand',
  },
  LOW_CONTRAST: { what: 'Tekst die slecht te zien is', advice: 'kies een donkerder kleur: ten minste 4,5 op 1' },
  READING_ORDER: {
    what: 'Delen die een voorleesprogramma in een andere volgorde leest',
    advice: 'zet de tekst op zijn plaats in de pagina zelf',
  },
  CODEC_NOT_PLAYED: {
    what: 'Films of opnamen die de laptop niet afspeelt',
    advice: 'zet ze om: H.264 met AAC in mp4, of VP9 met Opus in webm',
  },
  LARGE_PICTURE: { what: 'Plaatjes groter dan 2 MB', advice: 'maak ze kleiner: 2000 pixels' },
  LARGE_FILE: { what: 'Bestanden groter dan 200 MB', advice: 'de eerste keer koppelen duurt lang; maak films kleiner' },
  PDF_NOT_TAGGED: {
    what: 'PDF’s zonder structuur: een voorleesprogramma raadt',
    advice: 'exporteer als PDF met tags (PDF/UA)',
  },
  ASSIGNMENT_ID_TWICE: {
    what: 'Opdrachten of antwoordbladen met het id van een ander: wat geschreven wordt, komt door elkaar',
    advice: 'geef elk een eigen id in het blok bovenaan',
  },
  LICENCE_NOT_NAMED: {
    what: 'Er staat geen licentie bij',
    advice: 'zorg dat je het mag gebruiken, en noem de maker op een pagina',
  },
};
