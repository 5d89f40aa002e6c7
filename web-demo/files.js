// Files: the visitor's, dropped anywhere on the page or chosen, and the sample that stands in for them.

let text;

/** So many copies of the sample text, in a file that takes the memory of one. */
export async function sampleFile(copies) {
  text ??= fetchSample();
  try {
    return new File(Array(copies).fill(await text), 'sample.txt');
  } catch (error) {
    text = undefined;
    throw error;
  }
}

async function fetchSample() {
  const response = await fetch(new URL('text.txt', document.baseURI));
  if (!response.ok) throw new Error(`text.txt: HTTP ${response.status}`);
  return response.blob();
}

/** Calls `receive(file)` for a file that was dropped on the page or chosen with the input. */
export function takeFiles(input, receive) {
  const root = document.documentElement;
  const hasFiles = (event) => event.dataTransfer?.types.includes('Files');
  addEventListener('dragover', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    root.classList.add('dropping');
  });
  addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) root.classList.remove('dropping');
  });
  addEventListener('drop', (event) => {
    root.classList.remove('dropping');
    if (!hasFiles(event)) return;
    event.preventDefault();
    const [file] = event.dataTransfer.files;
    if (file) receive(file);
  });
  input.addEventListener('change', () => {
    const [file] = input.files;
    if (file) receive(file);
    input.value = ''; // so that the same one can be chosen again
  });
}
