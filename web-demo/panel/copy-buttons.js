// Buttons that copy a text: that of their `data-copy` or, without one, the address of the page.

const COPIED_MS = 1500;

/** @param {Iterable<HTMLButtonElement>} buttons @param {(text: string) => void} announce */
export function connectCopyButtons(buttons, announce) {
  for (const button of buttons) {
    const children = [...button.childNodes];
    button.addEventListener('click', async () => {
      button.style.minWidth = `${button.offsetWidth}px`; // so that its neighbours stay where they are
      try {
        await navigator.clipboard.writeText(button.dataset.copy ?? location.href);
        button.textContent = 'Copied';
      } catch {
        button.textContent = 'Could not copy'; // no permission to write to the clipboard
      }
      announce(button.textContent);
      setTimeout(() => button.replaceChildren(...children), COPIED_MS);
    });
  }
}
