// Every public function has a section with an example in docs/reference/, which the site adds to its page.
import { additionFiles, sectionsOf } from '../../scripts/docs/additions.mjs';

/** Functions whose example needs a program of its own, and is in a guide. */
const withoutExample = ['bind'];
const isClass = (value) => /^class\b/.test(Function.prototype.toString.call(value));

test.each(Object.entries(additionFiles))('%s', async (module, path) => {
  const sections = sectionsOf(path);
  const exported = await import(module);
  const functions = Object.keys(exported).filter(
    (name) => typeof exported[name] === 'function' && !isClass(exported[name]),
  );
  expect([...sections.keys()]).toEqual(expect.arrayContaining(functions));
  for (const [name, text] of sections) {
    expect(exported).toHaveProperty(name);
    if (!withoutExample.includes(name)) expect(text).toMatch(/^```js$/m);
  }
});
