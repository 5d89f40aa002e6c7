// On a first visit the navigation shows the guides and the modules expanded.
for (const group of ['Guides', 'Modules']) {
  const key = `tsd-accordion-${group}`;
  if (localStorage.getItem(key) === null) localStorage.setItem(key, 'true');
}

// A table that is wider than the page can be scrolled by keyboard, too, and a line above it says so.
function markTables() {
  for (const table of document.querySelectorAll('.tsd-typography table')) {
    const isWide = table.scrollWidth > table.clientWidth + 1;
    const hint = table.previousElementSibling?.matches('.scroll-hint') ? table.previousElementSibling : undefined;
    if (isWide === (hint !== undefined)) continue;
    if (isWide) {
      const line = Object.assign(document.createElement('p'), { className: 'scroll-hint' });
      line.textContent = 'Scroll the table sideways →';
      table.before(line);
      table.tabIndex = 0;
    } else {
      hint.remove();
      table.removeAttribute('tabindex');
    }
  }
}
addEventListener('load', () => requestAnimationFrame(markTables)); // TypeDoc hides the page until then
addEventListener('resize', markTables);
