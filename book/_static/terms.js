// What a term means, where it stands: shown when a pointer or the focus comes to its link, as
// WCAG 2.2 asks of such a thing (1.4.13): the pointer may go over to it, and Escape sends it away.
// A finger cannot hover, so its first tap shows the meaning and its second follows the link.
addEventListener("DOMContentLoaded", () => {
  const tip = document.createElement("div");
  tip.id = "term-definition";
  tip.className = "term-definition";
  tip.role = "tooltip";
  tip.hidden = true;
  let link = null;
  let leaving;
  let tapped = null; // the term that a finger has come to, while its meaning was not shown

  function show(next) {
    clearTimeout(leaving);
    if (link === next) return;
    hide();
    link = next;
    tip.textContent = link.dataset.definition;
    tip.hidden = false;
    link.after(tip); // so that it has the place and the theme of the text
    link.setAttribute("aria-describedby", tip.id);
    const line = link.getClientRects()[0];
    const { width, height } = tip.getBoundingClientRect();
    const left = Math.min(Math.max(8, line.left), document.documentElement.clientWidth - width - 8);
    const below = line.bottom + height + 8 < innerHeight;
    tip.style.left = `${left}px`;
    tip.style.top = `${below ? line.bottom : Math.max(0, line.top - height)}px`;
  }
  function hide() {
    clearTimeout(leaving);
    link?.removeAttribute("aria-describedby");
    link = null;
    tip.hidden = true;
  }
  const soon = () => (leaving = setTimeout(hide, 200));

  for (const each of document.querySelectorAll("a[data-definition]")) {
    each.addEventListener("pointerenter", (event) => event.pointerType !== "touch" && show(each));
    each.addEventListener("pointerleave", soon);
    each.addEventListener("focus", () => show(each));
    each.addEventListener("blur", hide);
    each.addEventListener("pointerdown", ({ pointerType }) => {
      tapped = pointerType === "touch" && link !== each ? each : null;
    });
    each.addEventListener("click", (event) => {
      if (tapped !== each) return;
      tapped = null;
      event.preventDefault();
      show(each);
    });
  }
  tip.addEventListener("pointerenter", () => clearTimeout(leaving));
  tip.addEventListener("pointerleave", soon);
  addEventListener("keydown", ({ key }) => key === "Escape" && hide());
  addEventListener("scroll", hide, { passive: true });
  addEventListener("pointerdown", ({ target }) => {
    if (link && !link.contains(target) && !tip.contains(target)) hide();
  });
});
