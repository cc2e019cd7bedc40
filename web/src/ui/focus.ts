// Where the focus goes when a page opens: to its heading, so that a screen reader begins there and the
// keyboard goes on from there.

/** The first page of a visit leaves the focus to the browser; the ones after it were asked for. */
let first = true;

export function focusHeading(heading: HTMLElement): void {
  if (!first) heading.focus();
  first = false;
}

/** For the first field of what was opened by a press. */
export function focusOnOpen(field: HTMLElement): void {
  field.focus();
}
