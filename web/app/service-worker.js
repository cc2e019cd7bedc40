// Keeps the files whose names carry a hash of their content, for those who installed the app; everything else, and
// every page above all, comes from the server each time. `scripts/app.js` puts the list of files in.

/** @type {readonly string[]} */
const FILES = self.__FILES__;
const STORE = "incamera";

self.addEventListener("activate", (event) => event.waitUntil(forgetOld()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin || !FILES.includes(pathname)) return;
  event.respondWith(fromStore(request));
});

/** Files of an older version are of no use to anybody. */
async function forgetOld() {
  const store = await caches.open(STORE);
  const kept = await store.keys();
  await Promise.all(kept.filter(({ url }) => !FILES.includes(new URL(url).pathname)).map((old) => store.delete(old)));
}

/** @param {Request} request */
async function fromStore(request) {
  const store = await caches.open(STORE);
  const kept = await store.match(request.url);
  if (kept) return kept;
  const answer = await fetch(request);
  // A full disk must not cost the file itself.
  if (answer.status === 200) await store.put(request.url, answer.clone()).catch(() => undefined);
  return answer;
}
