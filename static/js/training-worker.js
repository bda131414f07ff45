// Keeps one session's roster page for a room without network. ROSTER is written by the portal before this is loaded.
"use strict";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// The network first, so that the list is fresh; what was kept when there is none. The page itself fills the cache.
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== self.location.origin) return;
  event.respondWith(answer(request));
});

async function answer(request) {
  const cache = await caches.open(ROSTER.cache);
  try {
    const fresh = await fetch(request);
    const isPage = request.mode === "navigate" && new URL(request.url).pathname === ROSTER.page;
    // A redirect to the sign-in page does not take the place of the roster.
    if (isPage && fresh.ok && !fresh.redirected) await cache.put(ROSTER.page, fresh.clone());
    return fresh;
  } catch (error) {
    const kept = await cache.match(request.mode === "navigate" ? ROSTER.page : request, { ignoreVary: true });
    if (kept) return kept;
    throw error;
  }
}
