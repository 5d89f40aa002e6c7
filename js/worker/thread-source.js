/** The text of thread.js, minified. The build puts it here. */
export const threadSource = '';
