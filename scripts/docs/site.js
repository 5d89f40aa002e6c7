// Who comes for the first time sees the guides, and what the package has, unfolded.
for (const group of ['Guides', 'Modules']) {
  const key = `tsd-accordion-${group}`;
  if (localStorage.getItem(key) === null) localStorage.setItem(key, 'true');
}
