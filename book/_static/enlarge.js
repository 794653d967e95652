// A figure that the page shows smaller than it is can be seen in its full size, in a window of its
// own: by a tap on the figure, or by the button at its corner. Escape closes it.
addEventListener("DOMContentLoaded", () => {
  const dialog = document.createElement("dialog");
  dialog.className = "enlarged";
  dialog.setAttribute("aria-label", "Figure in its full size");
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "Close";
  close.addEventListener("click", () => dialog.close());
  const sheet = document.createElement("div");
  sheet.tabIndex = 0; // it scrolls
  sheet.role = "region";
  sheet.setAttribute("aria-label", "Figure");
  dialog.append(close, sheet);
  dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());

  function enlarge(image) {
    const large = new Image(image.getAttribute("width"), image.getAttribute("height"));
    large.src = image.src;
    large.alt = image.alt;
    sheet.replaceChildren(large);
    document.body.append(dialog);
    dialog.showModal();
    sheet.scrollTo((sheet.scrollWidth - sheet.clientWidth) / 2, 0);
  }

  const sizes = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const smaller = target.clientWidth > 0 && target.clientWidth < 0.9 * target.getAttribute("width");
      target.classList.toggle("can-grow", smaller);
      target.nextElementSibling.hidden = !smaller;
    }
  });
  for (const image of document.querySelectorAll(".bd-article img[width]")) {
    if (image.closest(".latent-film, a")) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "enlarge";
    button.textContent = "Enlarge";
    button.hidden = true;
    button.addEventListener("click", () => enlarge(image));
    image.after(button);
    image.addEventListener("click", () => image.classList.contains("can-grow") && enlarge(image));
    sizes.observe(image);
  }
});
