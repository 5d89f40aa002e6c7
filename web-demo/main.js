// The page proper is imported late, so that whatever keeps it from starting (no WebAssembly, a
// Content-Security-Policy, a package that is not built) can be shown on the page.

try {
  const { startPage } = await import('./page.js');
  startPage();
  document.getElementById('page').hidden = false;
} catch (error) {
  const notice = document.getElementById('notice');
  notice.textContent = `The page could not start: ${error.message}`;
  notice.hidden = false;
}
