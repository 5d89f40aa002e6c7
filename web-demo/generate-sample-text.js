// Generates the sample text that the tasks index and hash: plain sentences, pseudo-random, the same in every build.

const LENGTH = 900_000; // characters at least

const NOUNS = `day river garden window clock letter winter road table market bridge lamp forest story kettle train
  harbour coat field neighbour music stone summer kitchen ladder island paper engine cloud orchard bell corner
  mountain bicycle teacher bottle lantern meadow notebook valley baker pocket storm library ferry chimney
  painter ribbon blanket sparrow mirror tunnel basket captain shadow puzzle violin cellar feather whistle
  almanac cobbler beacon thimble wharf loom gazebo sundial`.split(/\s+/);
const ADJECTIVES = `old quiet small bright long empty warm narrow patient early wooden pale distant gentle
  crowded curious heavy broken silver hidden careful northern crooked brittle velvet drowsy`.split(/\s+/);
const VERBS = `saw followed kept found crossed remembered left painted carried watched repaired opened measured
  borrowed described forgot counted mended sketched outlasted`.split(/\s+/);
const ADVERBS = 'slowly again once gladly twice quietly seldom nearby already together'.split(' ');
const PREPOSITIONS = 'of in by with near under behind beyond across beside'.split(' ');
const CONJUNCTIONS = ['and', 'but', 'while', 'because', 'until'];

export function generateSampleText(length = LENGTH) {
  // A linear congruential generator with the constants of Numerical Recipes.
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  // Prefers the front of a list: in every language, a few words are much more frequent than the others.
  const pick = (list) => list[Math.floor(random() ** 2 * list.length)];

  const thing = () => {
    const article = random() < 0.7 ? 'the' : 'some';
    return random() < 0.4 ? `${article} ${pick(ADJECTIVES)} ${pick(NOUNS)}` : `${article} ${pick(NOUNS)}`;
  };
  const place = () => (random() < 0.6 ? ` ${pick(PREPOSITIONS)} ${thing()}` : '');
  const clause = () => {
    const adverb = random() < 0.2 ? `${pick(ADVERBS)} ` : '';
    return `${thing()}${place()} ${adverb}${pick(VERBS)} ${thing()}${place()}`;
  };
  const sentence = () => {
    const text = random() < 0.4 ? `${clause()}, ${pick(CONJUNCTIONS)} ${clause()}` : clause();
    return `${text[0].toUpperCase()}${text.slice(1)}.`;
  };
  const paragraph = () => Array.from({ length: 3 + Math.floor(random() * 6) }, sentence).join(' ');

  const paragraphs = [];
  for (let written = 0; written < length;) {
    paragraphs.push(paragraph());
    written += paragraphs.at(-1).length + 2;
  }
  return `${paragraphs.join('\n\n')}\n`;
}
