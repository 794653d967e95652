// On paper a page is black on white, whatever the theme of its reader.
addEventListener("DOMContentLoaded", () => {
  const root = document.documentElement;
  const paper = matchMedia("print");
  let before = null;
  const turn = () => {
    if (paper.matches && before === null) {
      before = root.dataset.theme;
      root.dataset.theme = "light";
    } else if (!paper.matches && before !== null) {
      root.dataset.theme = before;
      before = null;
    }
  };
  paper.addEventListener("change", turn);
  turn();
});
