// On a first visit the navigation shows the guides and the modules expanded.
for (const group of ['Guides', 'Modules']) {
  const key = `tsd-accordion-${group}`;
  if (localStorage.getItem(key) === null) localStorage.setItem(key, 'true');
}
