// A book about programming in Markdown, generated: chapters with prose, lists, tables, and much code to highlight.

const CHAPTERS = 60,
  SECTIONS = 12;

const WORDS = `the a loop turn task queue page frame value number list index key reader writer thread of in and with for
  to runs keeps waits returns finds reads begins ends quickly once again often slowly long short first next last`.split(
  /\s+/,
);
const CODE = {
  js: (n) => `
// Sums up the squares of the even numbers below ${n}.
export async function sum${n}(items, { signal } = {}) {
  let total = 0;
  for (const [index, item] of items.entries()) {
    if (signal?.aborted) throw new Error(\`stopped at \${index}\`);
    if (item % 2 === 0) total += item ** 2; // the others do not count
  }
  return { total, at: new Date().toISOString(), of: ${n} };
}`,
  python: (n) => `
@dataclass
class Reader${n}:
    """Reads lines until there are ${n}."""
    path: str
    limit: int = ${n}

    def __iter__(self):
        with open(self.path, encoding="utf-8") as file:
            for number, line in enumerate(file):
                if number >= self.limit or not line.strip():
                    break
                yield line.rstrip("\\n")`,
  c: (n) => `
/* Returns the position of the first byte above ${n}, or -1. */
static ptrdiff_t find_${n}(const uint8_t *bytes, size_t length) {
  for (size_t i = 0; i < length; i++) {
    if (bytes[i] > ${n}u) return (ptrdiff_t)i;
  }
  return -1;
}`,
};
const LANGUAGES = Object.keys(CODE);

/** @returns {string}  Markdown, the same each time */
export function writeBook() {
  let state = 7;
  const random = (below) => (state = (state * 48271) % 2147483647) % below;
  const words = (count) => Array.from({ length: count }, () => WORDS[random(WORDS.length)]).join(' ');
  const sentence = () => `${words(8)} *${words(2)}* ${words(4)} \`${words(1)}\`.`;
  const section = (chapter, number) => {
    const language = LANGUAGES[(chapter + number) % LANGUAGES.length];
    return [
      `## ${chapter}.${number} ${words(3)}`,
      Array.from({ length: 5 }, sentence).join(' '),
      Array.from({ length: 4 }, () => `- ${sentence()}`).join('\n'),
      `| ${words(1)} | ${words(1)} |\n| --- | --- |\n| ${words(2)} | ${random(1000)} |\n| ${words(2)} | ${random(1000)} |`,
      `\`\`\`${language}${CODE[language](random(1000)).repeat(3)}\n\`\`\``,
    ].join('\n\n');
  };
  const chapter = (_, index) =>
    [
      `# Chapter ${index + 1}`,
      ...Array.from({ length: SECTIONS }, (__, number) => section(index + 1, number + 1)),
    ].join('\n\n');
  return Array.from({ length: CHAPTERS }, chapter).join('\n\n');
}
