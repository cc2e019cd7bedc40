// Whether this run has an interface besides loopback that Firefox can send media through; `run.mjs` makes one.

export const NAMESPACE = process.env["INCAMERA_NAMESPACE"] ?? null;

/** True when Firefox journeys cannot run; says so where nobody can miss it. */
export function firefoxIsImpossible(): boolean {
  if (NAMESPACE !== null) return false;
  console.error(
    "\n  ############################################################################\n" +
      "  #  NOT TESTED: every journey with Firefox is skipped, because no network   #\n" +
      "  #  namespace could be made. Run as root, or allow user namespaces.         #\n" +
      "  ############################################################################\n",
  );
  return true;
}
