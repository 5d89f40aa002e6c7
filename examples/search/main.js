// Builds an index of 20,000 texts in the page while the user types. The search covers the texts indexed so far.
import MiniSearch from 'minisearch';
import { cooperate } from 'cooperator';
import { forEach } from 'cooperator/work';
import { COUNT, documents } from './documents.js';

const input = document.querySelector('input');
const bar = document.querySelector('progress');
const output = document.querySelector('output');
const list = document.querySelector('ol');

const index = new MiniSearch({ fields: ['title', 'text'], storeFields: ['title'] });

function search() {
  const found = input.value === '' ? [] : index.search(input.value, { prefix: true, boost: { title: 2 } });
  const indexed = index.documentCount.toLocaleString('en');
  output.textContent = input.value === '' ? `${indexed} indexed` : `${found.length} found in ${indexed} texts`;
  list.replaceChildren(
    ...found.slice(0, 10).map(({ title }) => {
      const item = document.createElement('li');
      item.textContent = title;
      return item;
    }),
  );
}

input.addEventListener('input', search);
search();

const building = cooperate(
  forEach(documents(), (text) => index.add(text)),
  {
    name: 'index',
    onProgress({ done }) {
      bar.value = done / COUNT;
      search();
    },
  },
);
await building.whenDone();
document.body.dataset.state = 'built';
search();
