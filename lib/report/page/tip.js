// Shows the text of a chart's part at once where it is pointed at or touched. Without this script the browser shows it
// after a while.
const tip = document.createElement("div");
tip.id = "tip";
tip.hidden = true;
document.body.append(tip);

const texts = new WeakMap();
for (const title of document.querySelectorAll("svg title")) {
  texts.set(title.parentNode, title.textContent);
  title.remove();
}

function move({ target, clientX, clientY }) {
  const text = texts.get(target);
  tip.hidden = text === undefined;
  if (text === undefined) return;
  tip.textContent = text;
  const { width, height } = tip.getBoundingClientRect();
  const right = clientX + 14 + width > innerWidth;
  tip.style.left = `${Math.max(4, right ? clientX - 14 - width : clientX + 14)}px`;
  tip.style.top = `${Math.max(4, Math.min(clientY + 14, innerHeight - height - 4))}px`;
}

addEventListener("pointermove", move);
addEventListener("pointerdown", move);
addEventListener("scroll", () => {
  tip.hidden = true;
});
