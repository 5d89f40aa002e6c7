// The texts to search, the same in each run.

const words = `anchor apple basket bridge candle canyon desert dragon engine ember falcon forest garden glacier harbor
  island jungle kettle lantern meadow mirror nettle nectar ocean orchard parrot pebble quartz river saddle silver temple
  thunder umbrella valley violet whisper willow yellow zephyr`.split(/\s+/);

export const COUNT = 20_000;

/** Every 1000th document has the word `needle1000`, `needle2000`, … in its title. */
export function* documents() {
  let state = 1;
  const word = () => words[(state = (state * 48271) % 2147483647) % words.length];
  for (let id = 1; id <= COUNT; id++) {
    const title = `${word()} ${word()}${id % 1000 === 0 ? ` needle${id}` : ''}`;
    yield { id, title, text: Array.from({ length: 40 }, word).join(' ') };
  }
}
