// The time that "3 minutes ago" is reckoned from: it moves every ten seconds.

export const clock = $state({ now: Date.now() });

setInterval(() => (clock.now = Date.now()), 10_000);
