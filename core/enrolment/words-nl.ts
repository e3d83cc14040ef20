/** 256 simple Dutch words; the place of a word is a byte. Never reorder: both screens must agree (formats/enrolment.md 4). */
export const wordsNl: readonly string[] = `
  aarde actie adem adres akker album appel auto avond baan baard bank basis beeld beer berg bezem bezoek biljet
  blad blauw bloem boek boom bord borstel boter brief bril brood brug buik bureau buur cadeau camera cijfer
  cirkel citroen clown club dans deksel deur diamant dier dolfijn doos dorp draad droom druif duim echo eend
  eiland emmer ezel fabriek familie feest fiets film fles fluit foto garage gebouw geel geit gitaar glas gordijn
  goud grens groen haak hamer hand haring hart haven hemd herfst honing hotel huis ijsbeer insect jongen juni
  kaars kalender kameel kapper kasteel kelder kermis kers keuken kind klok knie knoop koffer koffie konijn koor
  krant kring kroon krul kussen kwast ladder lamp lepel leraar letter liedje lijst limonade lucht maart machine
  markt matras melk meloen meubel middag minuut moeder molen mond motor mouw museum muts muziek naald naam
  natuur nest neus nicht nummer oceaan oever olifant olijf onweer oranje oven pagina paleis panda papier paprika
  park passer peper piano piraat plank plein pols pony poort post potlood prijs puzzel radijs radio regen reis
  rekening rivier robot rots rugzak ruimte schaap schat schilder schip schoen school schrift slang sleutel
  sneeuw soep spiegel spin sport stad ster stoel storm straat strand suiker tafel tandarts tante taxi telefoon
  tent theater thee tijger toets tomaat toren trap trein trommel tuin tulp vader vakantie vinger vlinder viool
  vlag vlieger vloer voet vogel vork vriend wagen walvis water week weide wereld wiel wijzer winkel winter wolk
  woord wortel zaag zadel zebra zilver zomer zon zout zuster zwaan zwembad
`
  .trim()
  .split(/\s+/);
