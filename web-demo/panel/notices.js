// Messages to the visitor: errors in a box at the top of the page, and changes for screen readers.

export function announce(text) {
  document.getElementById('announcements').textContent = text;
}

export function showNotice(text) {
  const notice = document.getElementById('notice');
  notice.textContent = text;
  notice.hidden = false;
}
