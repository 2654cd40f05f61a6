// Shows one view of the recording with the errors of its corners, chosen by a slider, by the arrow
// keys, or by a bar of the charts. view_explorer.cpp tells what the data are.
(() => {
  const place = document.getElementById("one-view");
  const data = document.getElementById("view-data");
  if (!place || !data) return;
  const scene = JSON.parse(data.textContent);
  const cameras = scene.cameras, frames = scene.frames;
  if (!frames.length) return;
  const select = place.querySelector("select"), slider = place.querySelector("input");
  const output = place.querySelector("output"), picture = place.querySelector(".picture");
  const caption = place.querySelector(".caption"), note = place.querySelector(".note");
  const charts = [...document.querySelectorAll(".bars-of-frames svg")];
  const byFrame = cameras.map((camera) => new Map(camera.views.map((view) => [view[0], view])));
  let camera = Math.max(0, cameras.findIndex((each) => each.views.length)), at = 0;

  picture.innerHTML = "<svg></svg>";
  const namespace = picture.firstChild.namespaceURI;
  const element = (name, attributes) => {
    const made = document.createElementNS(namespace, name);
    for (const key in attributes) made.setAttribute(key, attributes[key]);
    return made;
  };

  // The corners of a view, in steps of its picture.
  const corners = ([, , , , runs, positions, errors, leftOut]) => {
    const list = [];
    let x = 0, y = 0, e = 0;
    for (let run = 0; run < runs.length; run += 2) {
      for (let id = runs[run]; id <= runs[run + 1]; id++) {
        x += positions[2 * list.length];
        y += positions[2 * list.length + 1];
        const error = errors[e] === null ? null : [errors[e], errors[e + 1]];
        e += error ? 2 : 1;
        list.push({id, x, y, error, out: false});
      }
    }
    for (const index of leftOut) list[index].out = true;
    return list;
  };

  const arrow = ({x, y, error: [dx, dy]}) =>
    `M${x} ${y}l${dx} ${dy}m${-0.3 * dx + 0.15 * dy} ${-0.3 * dy - 0.15 * dx}` +
    `L${x + dx} ${y + dy}l${-0.3 * dx - 0.15 * dy} ${-0.3 * dy + 0.15 * dx}`;
  const path = (name, list, steps) => element("path", {class: name, d: list.map(steps).join("")});
  const cross = ({x, y}) => `M${x - 8} ${y - 8}l16 16m0 -16l-16 16`;

  const draw = (list) => {
    const {width, height, name} = cameras[camera];
    const svg = element("svg", {viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `corners of ${name}`});
    const known = list.filter((corner) => corner.error);
    svg.append(
      path("dots", list, ({x, y}) => `M${x} ${y}h0`), path("arrows", known, arrow),
      path("left-out", list.filter((corner) => corner.out), cross),
      element("rect", {class: "frame", x: 1, y: 1, width: width - 2, height: height - 2, "fill-opacity": 0}));
    picture.replaceChildren(svg);
  };

  const describe = (view, list) => {
    const pixels = ({error}) => Math.hypot(...error) * cameras[camera].step / scene.enlargement;
    const used = list.filter((corner) => corner.error && !corner.out).map(pixels);
    const out = list.filter((corner) => corner.out);
    const rms = Math.sqrt(used.reduce((sum, each) => sum + each * each, 0) / used.length);
    const parts = [used.length ? `RMS ${rms.toFixed(3)} px over ${used.length} corners.`
                               : `${list.length} corners.`];
    if (view[3]) parts.push(`The whole view was left out: ${view[3]}.`);
    else if (out.length)
      parts.push("Left out: " + out.map((corner) => `corner ${corner.id} (${pixels(corner).toFixed(2)} px off)`).join(", ") + ".");
    else if (used.length) parts.push("No corner was left out.");
    if (!list.some((corner) => corner.error)) parts.push("The errors are not known: the board has no pose in this frame.");
    return parts.concat(`Picture: ${view[1]}.`).join(" ");
  };

  // Marks the bars of this frame, or those that stand for it.
  const mark = () => charts.forEach((svg, i) => {
    svg.querySelector(".chosen")?.remove();
    const bars = scene.charts[i].frames;
    const after = bars.findIndex((frame) => frame >= frames[at]);
    const bar = after < 0 ? bars.length - 1 : after;
    const x = scene.left + scene.inside * (bar + 0.5) / bars.length;
    svg.append(element("line", {class: "chosen", x1: x, x2: x, y1: scene.top - 4, y2: scene.bottom + 4}));
  });

  const show = (newCamera, newAt) => {
    camera = Math.max(0, Math.min(cameras.length - 1, newCamera));
    at = Math.max(0, Math.min(frames.length - 1, newAt));
    select.selectedIndex = camera;
    slider.value = at;
    const view = byFrame[camera].get(frames[at]);
    const list = view ? corners(view) : [];
    draw(list);
    const time = view && view[2] !== null ? `, ${(view[2] / 1000).toFixed(3)} s` : "";
    output.textContent = slider.ariaValueText = `frame ${frames[at]}${time}`;
    caption.textContent = view ? describe(view, list) : "The board was not found in this picture.";
    mark();
  };

  // The shown frame that is nearest to this one.
  const nearest = (frame) => frames.reduce(
    (best, each, i) => Math.abs(each - frame) < Math.abs(frames[best] - frame) ? i : best, 0);

  const choose = (svg, i) => (event) => {
    const {left, width} = svg.getBoundingClientRect();
    const {camera: of, frames: bars} = scene.charts[i];
    const x = (event.clientX - left) / width * svg.viewBox.baseVal.width;
    const bar = Math.floor((x - scene.left) / scene.inside * bars.length);
    if (bar >= 0 && bar < bars.length) show(of < 0 ? camera : of, nearest(bars[bar]));
  };
  charts.forEach((svg, i) => {
    svg.addEventListener("click", choose(svg, i));
    svg.addEventListener("pointermove", choose(svg, i));
  });

  for (const {name} of cameras) select.append(new Option(name));
  slider.max = frames.length - 1;
  select.addEventListener("change", () => show(select.selectedIndex, at));
  slider.addEventListener("input", () => show(camera, Number(slider.value)));
  const keys = {ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0]};
  for (const part of [picture, slider]) {
    part.addEventListener("keydown", (event) => {
      if (!keys[event.key]) return;
      event.preventDefault();
      show(camera + keys[event.key][0], at + keys[event.key][1]);
    });
  }
  note.textContent = `Arrows ${scene.enlargement} times as long as the errors, in all views; a cross is a corner that was ` +
    "left out. Arrow keys: left and right for the frame, up and down for the camera." +
    (scene.shown < scene.views ? ` Evenly spread frames are shown: ${scene.shown} of ${scene.views} views.` : "");
  place.hidden = false;
  show(camera, 0);
})();
