// Sets the theme before the first paint: the URL's, else the one remembered, else the reader's own.
(() => {
  const known = (theme) => (theme === "dark" || theme === "light" ? theme : null);
  const own = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const asked = new URLSearchParams(location.search).get("theme");
  document.documentElement.dataset.theme = known(asked) ?? known(storage.get("theme")) ?? own;
})();
