// A hundred thousand people, the same each time.

const FIRST = `Ada Alan Barbara Claire Donald Edsger Frances Grace Hedy Ida Joan John Katherine Ken Leslie Margaret
  Niklaus Radia Sophie Tim Tony Vera Whitfield Yukihiro`.split(/\s+/);
const LAST = `Allen Backus Berners Conway Dijkstra Easley Floyd Goldberg Hamilton Hopper Johnson Kernighan Knuth Lamarr
  Lamport Liskov Lovelace McCarthy Naur Perlman Ritchie Shannon Thompson Turing Wirth Wilson`.split(/\s+/);
const CITIES = `Amsterdam Boston Cambridge Delft Edinburgh Florence Geneva Helsinki Istanbul Jakarta Kyoto Lisbon Madrid
  Nairobi Oslo Prague Quito Reykjavik Stockholm Toronto Utrecht Vienna Warsaw Zurich`.split(/\s+/);

let state = 11;
const pick = (list) => list[(state = (state * 48271) % 2147483647) % list.length];

/** @type {{ id: number, name: string, city: string }[]} */
export const rows = Array.from({ length: 100_000 }, (_, index) => ({
  id: index + 1,
  name: `${pick(FIRST)} ${pick(LAST)}`,
  city: pick(CITIES),
}));
