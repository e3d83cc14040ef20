/** 256 simple English words; the place of a word is a byte. Never reorder: both screens must agree (formats/enrolment.md 4). */
export const wordsEn: readonly string[] = `
  acorn actor address airport album anchor animal answer apple april apron arrow artist atlas august autumn
  badge baker banana basket beach berry bicycle blanket board bottle branch bread breakfast brick bridge brother
  brown brush bucket butter button cabin calendar camel camera candle captain castle cello chair cheese cherry
  chicken child circle classroom clock cloud coffee colour corner cotton cousin curtain dance daughter desert
  diamond dinner doctor dolphin dragon drawing dream dress eagle earth elbow elephant engine evening family
  feather field finger floor flower flute forest friend fruit garden giraffe glass grape green guitar hammer
  harbour heart hedge helmet holiday honey horse hotel island jacket jewel journey juice jungle kettle king
  kitchen kite knee ladder leaf lemon letter library lion lunch magnet market meadow melon metal milk minute
  mirror monkey moon morning mother mountain mouse museum music nail name needle neighbour nest newspaper night
  north nose notebook number ocean office olive onion orange oven page paint palace panda paper parrot pear
  pencil penguin pepper piano picnic picture pillow pilot planet plate pocket poem pond potato prince puzzle
  queen question rabbit radio rain ribbon river road robot roof rope ruler sailor salt school scissors shadow
  sheep shell ship shirt shoe shoulder silver sister smile snow soap sock sofa song spider spoon spring square
  squirrel stairs star station storm street sugar summer swan table teacher telephone tent theatre thumb ticket
  tiger tomato tooth towel tree triangle trumpet tulip turtle uncle valley vegetable village violin voice wagon
  walnut watch water week whale wheel wind winter wolf wood yard yellow zebra
`
  .trim()
  .split(/\s+/);
