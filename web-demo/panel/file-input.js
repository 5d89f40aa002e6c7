// Files that the visitor drops anywhere on the page, or chooses with the button.

/** @param {(file: File) => void} receive  called with the first file, if there are several */
export function connectFileInput(input, receive) {
  const root = document.documentElement;
  const hasFiles = (event) => event.dataTransfer?.types.includes('Files');
  addEventListener('dragover', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault(); // without this, the browser would open the file
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
    input.value = ''; // or choosing the same file again would not be a change
  });
}
