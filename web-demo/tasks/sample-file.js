// The file that a job reads as long as the visitor has not chosen one.

let text; // a promise for the blob

/** A file with the sample text `copies` times over. It takes the memory of one copy. */
export async function sampleFile(copies) {
  text ??= fetchText();
  try {
    return new File(Array(copies).fill(await text), 'sample.txt');
  } catch (error) {
    text = undefined; // so that the next run tries again
    throw error;
  }
}

async function fetchText() {
  const response = await fetch(new URL('text.txt', document.baseURI));
  if (!response.ok) throw new Error(`text.txt: HTTP ${response.status}`);
  return response.blob();
}
