// What the page tells the visitor: errors, in a box at the top, and changes, to screen readers.

export function announce(text) {
  document.getElementById('announcements').textContent = text;
}

export function showNotice(text) {
  const notice = document.getElementById('notice');
  notice.textContent = text;
  notice.hidden = false;
}
