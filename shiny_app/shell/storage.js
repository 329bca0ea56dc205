// What this browser remembers from visit to visit. Storage may be forbidden: then nothing is remembered, and `get` gives
// what it was told to give instead. A plain script, since the theme is asked for before the first paint.
const storage = {
  get(name, forbidden = null) {
    try {
      return localStorage.getItem(name);
    } catch {
      return forbidden;
    }
  },
  set(name, value) {
    try {
      localStorage.setItem(name, value);
    } catch {
      // forbidden: what is chosen holds for this visit
    }
  },
};
