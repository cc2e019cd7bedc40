// A list whose rows can be taken away: whoever did it by keyboard goes on in the list, and not at the top of the page.

/** The focus goes to the row in the place of the one that is gone, or to the list itself where none is left. */
export function keepsFocus(list: HTMLElement): () => void {
  list.tabIndex = -1;
  /** The row that has the focus, and its place. */
  let row: Element | undefined;
  let place = 0;
  const onfocusin = ({ target }: FocusEvent) => {
    place = [...list.children].findIndex((one) => one.contains(target as Node));
    row = list.children[place];
  };
  // A row that is taken away loses the focus as well, and that is the one case in which it is to be remembered.
  const onfocusout = () => queueMicrotask(() => (row = row?.isConnected ? undefined : row));
  const observer = new MutationObserver(() => {
    if (!row || row.isConnected || document.activeElement !== document.body) return;
    row = undefined;
    const next = list.children[Math.min(place, list.children.length - 1)];
    (next?.querySelector<HTMLElement>("button, a, input, select") ?? list).focus();
  });
  list.addEventListener("focusin", onfocusin);
  list.addEventListener("focusout", onfocusout);
  observer.observe(list, { childList: true });
  return () => {
    observer.disconnect();
    list.removeEventListener("focusin", onfocusin);
    list.removeEventListener("focusout", onfocusout);
  };
}
