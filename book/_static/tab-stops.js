// What scrolls sideways can be reached by the keyboard too. The theme sees to code and to
// outputs, and this to formulas and tables.
addEventListener("DOMContentLoaded", () => {
  const observer = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const scrolls = target.scrollWidth > target.clientWidth ||
        target.scrollHeight > target.clientHeight;
      target.tabIndex = scrolls ? 0 : -1;
    }
  });
  const wide = document.querySelectorAll("div.math, .pst-scrollable-table-container");
  const look = () => {
    for (const each of wide) {
      observer.unobserve(each); // for what is in it may change, and not its own size
      observer.observe(each);
    }
  };
  look();
  addEventListener("load", () => globalThis.MathJax?.startup.promise.then(look));
  document.fonts.addEventListener("loadingdone", look);
});
