// Colours: those of the page, as a canvas understands them, and one for each class.

// Ten that colour-blind eyes tell apart: Petroff (2021), "Accessible color sequences". Those that
// were too near to a paper are made darker or lighter, to a contrast of 3:1 or more with it.
const ON_LIGHT = [
  "#3f90da", "#ad4c00", "#980600", "#85928d", "#832db6",
  "#a36759", "#e76300", "#9c9053", "#69707d", "#339cad",
];
const ON_DARK = [
  "#4190da", "#ffa90e", "#cd3115", "#94a4a2", "#9047d5",
  "#a96b59", "#e76300", "#b9ac70", "#717581", "#92dadd",
];

/** Choose the colours of the classes for a paper, a text like "rgb(255, 255, 255)". */
export function classColours(paper) {
  const [red, green, blue] = paper.match(/[\d.]+/g).map(Number);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 127 ? ON_LIGHT : ON_DARK;
}

/** Read the colours that the style sheet has for the theme of now. */
function themed(el) {
  const style = getComputedStyle(el);
  const paper = style.backgroundColor;
  return {
    text: style.color,
    paper,
    muted: style.textDecorationColor,
    accent: style.outlineColor,
    font: style.fontFamily,
    classes: classColours(paper),
  };
}

/**
 * Call a function with the colours of an element: when it is first shown, and when the page
 * has perhaps another theme. Gives a function that ends this.
 */
export function followTheme(el, onColours) {
  let told = "";
  const look = () => {
    const colours = el.isConnected && themed(el);
    if (!colours || JSON.stringify(colours) === told) return;
    told = JSON.stringify(colours);
    onColours(colours);
  };
  const shown = new ResizeObserver(look);
  shown.observe(el);
  const themes = new MutationObserver(look);
  for (const root of [document.documentElement, document.body]) {
    themes.observe(root, { attributes: true });
  }
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", look);
  return () => {
    shown.disconnect();
    themes.disconnect();
    dark.removeEventListener("change", look);
  };
}
