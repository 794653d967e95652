// What scrolls sideways says so: it fades where it goes on, a line below it says it in words, and
// it can be reached by the keyboard, under a name.
addEventListener("DOMContentLoaded", () => {
  const kinds = [
    [".drawn", "figure"],
    [".pst-scrollable-table-container, .cell_output .output.text_html:has(table)", "table"],
  ];
  const signs = new Map();

  function look(box) {
    const rest = box.scrollWidth - box.clientWidth;
    const scrolls = rest > 1;
    box.classList.toggle("goes-on", scrolls && box.scrollLeft < rest - 2);
    signs.get(box).hidden = !scrolls;
    if (scrolls === box.hasAttribute("data-scrolls")) return;
    box.toggleAttribute("data-scrolls", scrolls);
    if (scrolls) {
      box.tabIndex = 0;
      box.role = "group";
      box.ariaLabel = `${signs.get(box).dataset.kind}, scrolls sideways`;
    } else {
      for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
    }
  }

  const observer = new ResizeObserver((entries) => {
    for (const { target } of entries) look(signs.has(target) ? target : target.closest("[data-sideways]"));
  });
  for (const [selector, kind] of kinds) {
    for (const box of document.querySelectorAll(`.bd-article :is(${selector})`)) {
      const sign = document.createElement("span");
      sign.className = "sideways";
      sign.dataset.kind = kind[0].toUpperCase() + kind.slice(1);
      sign.ariaHidden = "true"; // the name of the box says it
      sign.textContent = "More to the right";
      sign.hidden = true;
      const tools = box.nextElementSibling;
      tools?.matches(".figure-tools") ? tools.prepend(sign) : box.after(sign);
      signs.set(box, sign);
      box.dataset.sideways = "";
      box.addEventListener("scroll", () => look(box), { passive: true });
      observer.observe(box);
      for (const part of box.children) observer.observe(part);
    }
  }
});
