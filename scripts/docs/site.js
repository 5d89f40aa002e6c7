// On the first visit, unfold the guides and the modules in the navigation.
for (const group of ['Guides', 'Modules']) {
  const key = `tsd-accordion-${group}`;
  if (localStorage.getItem(key) === null) localStorage.setItem(key, 'true');
}
