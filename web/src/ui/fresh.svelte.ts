// Whether a file of the client could not be fetched: the server was updated while this page was open, and its old files are gone.

let stale = $state(false);

export const fresh = {
  get stale(): boolean {
    return stale;
  },
};

addEventListener("vite:preloadError", () => (stale = true));
