// A figure that the page shows smaller than it is can be seen in its full size, in a window of its
// own: by a tap on the figure, or by a button below it. Escape closes it. Another button shows a
// figure that goes on beyond the page, or wraps there, as a whole.
addEventListener("DOMContentLoaded", () => {
  const dialog = document.createElement("dialog");
  dialog.className = "enlarged";
  dialog.setAttribute("aria-label", "Figure in its full size");
  const close = button("Close", () => dialog.close());
  const sheet = document.createElement("div");
  sheet.tabIndex = 0; // it scrolls
  sheet.role = "region";
  sheet.setAttribute("aria-label", "Figure");
  dialog.append(close, sheet);
  dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());

  function button(text, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.addEventListener("click", () => act(made));
    return made;
  }

  function enlarge(image) {
    const large = new Image(image.getAttribute("width"), image.getAttribute("height"));
    large.src = image.src;
    large.alt = image.alt;
    sheet.replaceChildren(large);
    document.body.append(dialog);
    dialog.showModal();
    sheet.scrollTo(0, 0);
  }

  const tools = new Map();
  const sizes = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const image = target.matches("img") ? target : target.querySelector("img[width]");
      const shown = target.clientWidth;
      const smaller = shown > 0 && shown < 0.9 * image.getAttribute("width");
      const { row, whole } = tools.get(target);
      target.classList.toggle("can-grow", smaller);
      row.hidden = !smaller;
      whole.hidden = !(shown < parseFloat(target.style.getPropertyValue("--least")));
    }
  });
  for (const image of document.querySelectorAll(".bd-article img[width]")) {
    if (image.closest(".latent-film, a")) continue;
    const shown = image.closest(".drawn") ?? image;
    const row = document.createElement("span");
    row.className = "figure-tools";
    row.hidden = true;
    const whole = button("Whole", (pressed) => {
      pressed.ariaPressed = String(shown.classList.toggle("whole"));
    });
    whole.ariaPressed = "false";
    row.append(whole, button("Enlarge", () => enlarge(image)));
    shown.after(row);
    shown.addEventListener("click", () => shown.classList.contains("can-grow") && enlarge(image));
    tools.set(shown, { row, whole });
    sizes.observe(shown);
  }
});
